// webstomp-client over WebSocket.

import webstomp from 'webstomp-client'
import { WebSocket } from 'ws'
import { WS, run } from './checks.mjs'
import { connect } from './older.mjs'

async function over() {
  const socket = new WebSocket(WS, ['v10.stomp', 'v11.stomp', 'v12.stomp'])
  const client = webstomp.over(socket, { debug: false })
  client.sendTo = (destination, body, headers) => client.send(destination, body, headers)
  return { client, socket }
}

await run({
  name: 'webstomp-client', version: '1.2', 
  connect: options => connect(over, options),
  lacks: {
    headers: 'it neither escapes nor unescapes',
    binary: 'bodies are text',
  },
})
