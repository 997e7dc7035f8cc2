// @stomp/stompjs 7 over WebSocket.

import { Client } from '@stomp/stompjs'
import { WebSocket } from 'ws'
import { Inbox, WS, deferred, run, within } from './checks.mjs'

let counter = 0

/// What the client of the package offers, in the words of the checks; rx-stomp has the same inside.
export function link(client, headers, error, closed) {
  const watch = () => {
    const receipt = `r-${++counter}`
    const seen = deferred()
    client.watchForReceipt(receipt, seen.resolve)
    return { receipt, seen: () => within(seen.promise, `receipt ${receipt}`) }
  }
  const send = async (destination, body, headers = {}, { receipt } = {}) => {
    const content = body instanceof Uint8Array ? { binaryBody: body } : { body }
    const watched = receipt && watch()
    if (watched) headers = { ...headers, receipt: watched.receipt }
    client.publish({ destination, headers, ...content })
    await watched?.seen()
  }
  return {
    headers, error: error.promise, closed: closed.promise, send,
    async subscribe(destination, headers = {}, { receipt } = {}) {
      const inbox = new Inbox()
      const watched = receipt && watch()
      if (watched) headers = { ...headers, receipt: watched.receipt }
      const subscription = client.subscribe(destination, m => inbox.push({
        headers: m.headers,
        get body() { return m.body },
        octets: () => m.binaryBody,
        ack: () => m.ack(),
        nack: () => m.nack(),
      }), headers)
      await watched?.seen()
      inbox.unsubscribe = async () => {
        const watched = watch()
        subscription.unsubscribe({ receipt: watched.receipt })
        await watched.seen()
      }
      return inbox
    },
    async sendSplit(destination, body) {
      await send(destination, body)
    },
    begin() {
      const tx = client.begin()
      return {
        send: (to, body) => send(to, body, { transaction: tx.id }),
        commit: () => tx.commit(),
        abort: () => tx.abort(),
      }
    },
    async disconnect() {
      await within(client.deactivate(), 'end of deactivate()')
    },
  }
}

export const settings = ({ login, passcode, beats = 10_000 }, closed) => ({
  webSocketFactory() {
    const socket = new WebSocket(WS, ['v12.stomp', 'v11.stomp', 'v10.stomp'])
    socket.addEventListener('close', closed.resolve)
    return socket
  },
  connectHeaders: login ? { login, passcode } : {},
  heartbeatIncoming: beats,
  heartbeatOutgoing: beats,
  reconnectDelay: 0,
  splitLargeFrames: true,
})

async function connect(options) {
  const connected = deferred(), error = deferred(), closed = deferred()
  const client = new Client({
    ...settings(options, closed),
    onConnect: frame => connected.resolve(frame.headers),
    onStompError: frame => error.resolve(frame.headers),
  })
  client.activate()
  return link(client, await within(connected.promise, 'CONNECTED'), error, closed)
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await run({
    name: 'stompjs-7', version: '1.2', connect, lacks: {},
  })
}
