// stomp-client over TCP, a client of STOMP 1.0.

import stomp from 'stomp-client'
import { HOST, Inbox, PORT, deferred, run, within } from './checks.mjs'

async function connect({ login, passcode }) {
  const client = new stomp.StompClient({ host: HOST, port: Number(PORT), user: login, pass: passcode })
  const error = deferred(), closed = deferred(), connected = deferred()
  client.connect(connected.resolve, e => { error.resolve(e); connected.reject(e) })
  client.stream.on('close', closed.resolve)
  await within(connected.promise, 'CONNECTED')
  const send = async (destination, body, headers) => { client.publish(destination, body, headers) }
  return {
    error: error.promise, closed: closed.promise, send,
    async subscribe(destination, headers = {}) {
      const inbox = new Inbox()
      client.subscribe(destination, (body, headers) => inbox.push({
        headers, body,
        ack: () => client.ack(headers['message-id'], headers.subscription),
        nack: () => client.nack(headers['message-id'], headers.subscription),
      }), headers)
      inbox.unsubscribe = async () => client.unsubscribe(destination)
      return inbox
    },
    async disconnect() {
      client.disconnect()
      await within(closed.promise, 'close')
    },
  }
}

const TEXT = 'frames are assembled as text'

await run({
  name: 'stomp-client', version: '1.0', connect,
  lacks: {
    anonymous: 'it always sends login and passcode',
    receipts: 'it has none',
    headers: 'STOMP 1.0 has no escapes',
    binary: TEXT,
    split: 'it writes whole frames',
    'heart-beats': 'STOMP 1.0 has none',
    nack: 'STOMP 1.0 has none',
    commit: 'it has no transactions',
    abort: 'it has no transactions',
  },
})
