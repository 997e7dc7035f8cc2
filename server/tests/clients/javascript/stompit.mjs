// stompit over TCP.

import stompit from 'stompit'
import { HOST, Inbox, PORT, deferred, run, within } from './checks.mjs'

function read(message) {
  const parts = []
  return new Promise((yes, no) => {
    message.on('data', part => parts.push(part))
    message.on('end', () => yes(Buffer.concat(parts)))
    message.on('error', no)
  })
}

async function connect({ login, passcode, beats }) {
  const connectHeaders = { host: '/', ...(login ? { login, passcode } : {}) }
  if (beats) connectHeaders['heart-beat'] = `${beats},${beats}`
  const error = deferred(), closed = deferred(), connected = deferred()
  const done = (failed, client) => failed ? connected.reject(failed) : connected.resolve(client)
  stompit.connect({ host: HOST, port: Number(PORT), connectHeaders }, done)
  const client = await within(connected.promise, 'CONNECTED')
  // The error it gives has the text of the ERROR, not the headers.
  client.on('error', e => error.resolve({ message: e.message }))
  client.getTransportSocket().on('close', closed.resolve)
  const write = (frame, body) => { frame.write(body); frame.end() }
  const receipt = act => {
    const seen = deferred()
    act({ onReceipt: seen.resolve })
    return within(seen.promise, 'receipt')
  }
  const send = async (destination, body, headers = {}, { receipt: wanted } = {}) => {
    const all = { destination, ...headers }
    if (wanted) await receipt(options => write(client.send(all, options), body))
    else write(client.send(all), body)
  }
  return {
    headers: client.headers, error: error.promise, closed: closed.promise, send,
    async subscribe(destination, headers = {}, { receipt: wanted } = {}) {
      const inbox = new Inbox()
      let after = Promise.resolve()
      const take = (failed, message) => {
        if (failed) return
        const whole = read(message)
        after = after.then(async () => {
          const octets = await whole
          inbox.push({
            headers: message.headers, body: octets.toString(), octets: () => octets,
            ack: () => client.ack(message),
            nack: () => client.nack(message),
          })
        })
      }
      const subscription = client.subscribe({ destination, ack: 'auto', ...headers }, take)
      inbox.unsubscribe = async () => subscription.unsubscribe()
      // It cannot ask for a receipt of SUBSCRIBE; that of a later frame says as much.
      if (wanted) await send('/topic/nobody', '', {}, { receipt: true })
      return inbox
    },
    async sendSplit(destination, body) {
      const frame = client.send({ destination })
      const octets = Buffer.from(body)
      for (let n = 0; n < octets.length; n += 1001) frame.write(octets.subarray(n, n + 1001))
      frame.end()
    },
    begin() {
      const tx = client.begin()
      return {
        send: async (destination, body) => write(tx.send({ destination }), body),
        commit: () => receipt(options => tx.commit(options)),
        abort: () => receipt(options => tx.abort(options)),
      }
    },
    async disconnect() {
      const ended = deferred()
      client.disconnect(failed => failed ? ended.reject(failed) : ended.resolve())
      await within(ended.promise, 'receipt of DISCONNECT')
    },
  }
}

await run({
  name: 'stompit', version: '1.2', connect,
  lacks: {
    binary: 'it streams the body without content-length, so no NUL can be in it',
  },
})
