// @stomp/rx-stomp: the same client behind observables.

import { RxStomp } from '@stomp/rx-stomp'
import { firstValueFrom } from 'rxjs'
import { Inbox, deferred, run, within } from './checks.mjs'
import { link, settings } from './stompjs.mjs'

let counter = 0

async function connect(options) {
  const rx = new RxStomp()
  const error = deferred(), closed = deferred()
  rx.configure(settings(options, closed))
  rx.stompErrors$.subscribe(frame => error.resolve(frame.headers))
  const headers = firstValueFrom(rx.serverHeaders$)
  rx.activate()
  const inner = link(rx.stompClient, await within(headers, 'CONNECTED'), error, closed)
  const receipts = (headers, wanted) => {
    if (!wanted) return [headers, () => {}]
    const receipt = `rx-${++counter}`
    const seen = rx.asyncReceipt(receipt)
    return [{ ...headers, receipt }, () => within(seen, `receipt ${receipt}`)]
  }
  return {
    ...inner,
    async send(destination, body, given = {}, { receipt } = {}) {
      const content = body instanceof Uint8Array ? { binaryBody: body } : { body }
      const [headers, seen] = receipts(given, receipt)
      rx.publish({ destination, headers, ...content })
      await seen()
    },
    async subscribe(destination, given = {}, { receipt } = {}) {
      const inbox = new Inbox()
      const [subHeaders, seen] = receipts(given, receipt)
      const stream = rx.watch({ destination, subHeaders }).subscribe(m => inbox.push({
        headers: m.headers,
        get body() { return m.body },
        octets: () => m.binaryBody,
        ack: () => m.ack(),
        nack: () => m.nack(),
      }))
      await seen()
      inbox.unsubscribe = async () => stream.unsubscribe()
      return inbox
    },
    async disconnect() {
      await within(rx.deactivate(), 'end of deactivate()')
    },
  }
}

await run({
  name: 'rx-stomp', version: '1.2', connect, lacks: {},
})
