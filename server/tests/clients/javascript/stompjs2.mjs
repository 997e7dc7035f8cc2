// stompjs 2.3.3 over WebSocket.

import Stomp from 'stompjs'
import { WebSocket } from 'ws'
import { WS, run } from './checks.mjs'
import { connect } from './older.mjs'

Stomp.setInterval = (interval, f) => setInterval(f, interval)
Stomp.clearInterval = id => clearInterval(id)

async function over() {
  const socket = new WebSocket(WS)
  const client = Stomp.over(socket)
  client.debug = null
  client.sendTo = (destination, body, headers) => client.send(destination, headers, body)
  return { client, socket }
}

await run({
  name: 'stompjs-2', version: '1.1', 
  connect: options => connect(over, options),
  lacks: {
    headers: 'it neither escapes nor unescapes',
    binary: 'bodies are text',
  },
})
