// What webstomp-client and stompjs 2 have in common: the interface of the first of them all.

import { Inbox, deferred, within } from './checks.mjs'

let counter = 0

export async function connect(over, { login, passcode, beats = 10_000 }) {
  const { client, socket } = await over()
  client.heartbeat = { outgoing: beats, incoming: beats }
  const error = deferred(), closed = deferred(), connected = deferred()
  const receipts = new Map()
  client.onreceipt = frame => receipts.get(frame.headers['receipt-id'])?.resolve()
  socket.addEventListener('close', closed.resolve)
  const failed = what => error.resolve(what.headers ?? {})
  client.connect(login ? { login, passcode } : {}, connected.resolve, failed)
  const { headers } = await within(connected.promise, 'CONNECTED')
  const watch = wanted => {
    if (!wanted) return [{}, () => {}]
    const receipt = `r-${++counter}`
    receipts.set(receipt, deferred())
    return [{ receipt }, () => within(receipts.get(receipt).promise, `receipt ${receipt}`)]
  }
  const send = async (destination, body, headers = {}, { receipt } = {}) => {
    const [extra, seen] = watch(receipt)
    client.sendTo(destination, body, { ...headers, ...extra })
    await seen()
  }
  return {
    headers, error: error.promise, closed: closed.promise, send, sendSplit: send,
    async subscribe(destination, headers = {}, { receipt } = {}) {
      const inbox = new Inbox()
      const [extra, seen] = watch(receipt)
      const push = m => inbox.push({ headers: m.headers, body: m.body, ack: () => m.ack(), nack: () => m.nack() })
      const subscription = client.subscribe(destination, push, { ...headers, ...extra })
      await seen()
      inbox.unsubscribe = async () => subscription.unsubscribe()
      return inbox
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
      // Both close the socket themselves, right behind the frame.
      const [headers] = watch(true)
      client.disconnect(() => {}, headers)
      await within(closed.promise, 'close')
    },
  }
}
