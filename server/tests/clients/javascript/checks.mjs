// What every JavaScript client is asked to do, told apart from how each does it: an adapter gives
// `connect(options)` and the names of the features it lacks, each with the reason.
// One line of JSON per feature goes to standard output.

import assert from 'node:assert/strict'

/// Longer than anything here takes on a busy machine.
export const LONG = 30_000

export const WS = process.env.STOMP_WS
export const [HOST, PORT] = process.env.STOMP_TCP.split(':')
const FEATURES = process.env.FEATURES.split(',')

/// `promise`, or an error that says what did not come.
export function within(promise, what, ms = LONG) {
  let timer
  const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`no ${what}`)), ms) })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export function deferred() {
  const it = {}
  it.promise = new Promise((yes, no) => { it.resolve = yes; it.reject = no })
  it.promise.catch(() => {})
  return it
}

/// Messages in the order they came: `{headers, body, ack, nack}`.
export class Inbox {
  #here = []
  #waiting = []
  push(message) {
    const next = this.#waiting.shift()
    if (next) next(message)
    else this.#here.push(message)
  }
  get empty() { return this.#here.length === 0 }
  take() {
    if (!this.empty) return Promise.resolve(this.#here.shift())
    return within(new Promise(yes => this.#waiting.push(yes)), 'message')
  }
}

const text = async inbox => (await inbox.take()).body

/// Nothing but the message sent last may be waiting: frames of one connection are done in order.
async function onlyThen(link, inbox, destination, body) {
  await link.send(destination, body)
  assert.equal(await text(inbox), body)
}

const CHECKS = {
  async connect(a) {
    const link = await a.connect({ login: a.name, passcode: 'secret' })
    if (link.headers) {
      assert.equal(link.headers['user-name'], a.name)
      assert.equal(link.headers.version, a.version)
    }
    await link.disconnect()
    return a.version
  },
  async anonymous(a) {
    const link = await a.connect({})
    if (link.headers) assert.match(link.headers['user-name'], /^guest-[a-z]{4}$/)
    await link.disconnect()
  },
  async passcode(a) {
    const link = await a.connect({ login: a.name, passcode: 'p:a\\ss' })
    if (link.headers) assert.equal(link.headers['user-name'], a.name)
    await link.disconnect()
  },
  async topic(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      await link.send(to, 'hello')
      const message = await inbox.take()
      assert.equal(message.body, 'hello')
      assert.equal(message.headers.destination, to)
    })
  },
  async receipts(a, to) {
    await a.session(async (link, other) => {
      const inbox = await link.subscribe(to, {}, { receipt: true })
      await other.send(to, 'the subscription is live', {}, { receipt: true })
      assert.equal(await text(inbox), 'the subscription is live')
    })
  },
  async headers(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const sent = { colon: 'a:b', backslash: 'c\\d', line: 'e\nf', unicode: '값 🎈', empty: '' }
      await link.send(to, 'x', sent)
      const { headers } = await inbox.take()
      for (const [name, value] of Object.entries(sent)) assert.equal(headers[name], value, name)
    })
  },
  async unicode(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      await link.send(to, '안녕 🎈 e\u0301')
      assert.equal(await text(inbox), '안녕 🎈 e\u0301')
    })
  },
  async binary(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const octets = Uint8Array.from({ length: 256 }, (_, n) => n)
      await link.send(to, octets)
      assert.deepEqual(Buffer.from((await inbox.take()).octets()), Buffer.from(octets))
    })
  },
  async large(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const body = '0123456789abcdef'.repeat(64 * 1024)
      await link.send(to, body)
      assert.ok(await text(inbox) === body, 'another body')
    })
  },
  async split(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const body = '한글'.repeat(10_000)
      await link.sendSplit(to, body)
      assert.ok(await text(inbox) === body, 'another body')
    })
  },
  async unsubscribe(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      await onlyThen(link, inbox, to, 'before')
      await inbox.unsubscribe()
      await link.send(to, 'after')
      const again = await link.subscribe(to)
      await onlyThen(link, again, to, 'again')
      assert.ok(inbox.empty, 'a message after UNSUBSCRIBE')
    })
  },
  async 'heart-beats'(a, to) {
    const link = await a.connect({ login: a.name, passcode: 'x', beats: 1000 })
    await new Promise(yes => setTimeout(yes, 3500))
    const inbox = await link.subscribe(to)
    await onlyThen(link, inbox, to, 'still here')
    await link.disconnect()
  },
  async error(a) {
    const link = await a.connect({ login: a.name, passcode: 'x' })
    await link.send('/nowhere', 'x')
    const headers = await within(link.error, 'ERROR')
    if (headers.code !== undefined) assert.equal(headers.code, 'bad-destination')
    await within(link.closed, 'close after ERROR')
  },
  async disconnect(a) {
    const link = await a.connect({ login: a.name, passcode: 'x' })
    await link.disconnect()
    await within(link.closed, 'close')
  },
  async room(a) {
    await a.session(async link => {
      const inbox = await link.subscribe(`/topic/room.${a.name}`, { last: '0' })
      assert.equal(JSON.parse(await text(inbox)).kind, 'sync')
      await link.send(`/app/room.${a.name}`, '안녕')
      const { text: said, sender } = JSON.parse(await text(inbox))
      assert.deepEqual([said, sender], ['안녕', a.name])
    })
  },
  async app(a) {
    await a.session(async link => {
      const inbox = await link.subscribe('/app/rooms')
      assert.ok(Array.isArray(JSON.parse(await text(inbox)).rooms))
    })
  },
  async replies(a) {
    await a.session(async link => {
      const inbox = await link.subscribe('/user/queue/replies')
      await link.send('/app/rooms', '', { 'correlation-id': 'c1' })
      const message = await inbox.take()
      assert.equal(message.headers['correlation-id'], 'c1')
      assert.equal(message.headers.destination, '/user/queue/replies')
    })
  },
  async queue(a, _, queue) {
    await a.session(async (link, other) => {
      for (const n of [1, 2, 3]) await link.send(queue, `kept ${n}`)
      const inbox = await link.subscribe(queue)
      for (const n of [1, 2, 3]) assert.equal(await text(inbox), `kept ${n}`)
      await other.send(queue, 'live')
      assert.equal(await text(inbox), 'live')
    })
  },
  async ack(a, _, queue) {
    await redelivered(a, queue, 'client-individual', async (one, two) => { await two.ack() }, ['1', '3'])
  },
  async 'ack-cumulative'(a, _, queue) {
    await redelivered(a, queue, 'client', async (one, two) => { await two.ack() }, ['3'])
  },
  async nack(a, _, queue) {
    await a.session(async link => {
      const inbox = await link.subscribe(queue, { ack: 'client-individual' })
      await link.send(queue, 'again')
      await (await inbox.take()).nack()
      const message = await inbox.take()
      assert.deepEqual([message.body, message.headers.redelivered], ['again', 'true'])
      await message.ack()
    })
  },
  async commit(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const tx = await link.begin()
      await tx.send(to, 'inside')
      await onlyThen(link, inbox, to, 'outside')
      await tx.commit()
      assert.equal(await text(inbox), 'inside')
    })
  },
  async abort(a, to) {
    await a.session(async link => {
      const inbox = await link.subscribe(to)
      const tx = await link.begin()
      await tx.send(to, 'inside')
      await tx.abort()
      await onlyThen(link, inbox, to, 'outside')
    })
  },
  async user(a) {
    await a.session(async (link, other) => {
      const inbox = await link.subscribe('/user/queue/notes')
      await onlyThen(link, inbox, `/user/${a.name}/queue/notes`, 'to myself')
      await other.send(`/user/${a.name}/queue/notes`, 'hello')
      const message = await inbox.take()
      assert.deepEqual([message.body, message.headers.destination], ['hello', '/user/queue/notes'])
    })
  },
}

/// Three messages are taken on one connection and settled as `settle` says; `expected` come back.
async function redelivered(a, queue, ack, settle, expected) {
  await a.session(async link => {
    const inbox = await link.subscribe(queue, { ack })
    for (const body of ['1', '2', '3']) await link.send(queue, body)
    const messages = []
    for (let n = 0; n < 3; n++) messages.push(await inbox.take())
    await settle(...messages)
  })
  await a.session(async link => {
    const inbox = await link.subscribe(queue, { ack })
    for (const body of expected) {
      const message = await inbox.take()
      assert.deepEqual([message.body, message.headers.redelivered], [body, 'true'])
      await message.ack()
    }
    await onlyThen(link, inbox, queue, 'then nothing')
  })
}

/// Runs all features that were asked for and ends the process.
export async function run(adapter) {
  adapter.session = async work => {
    const links = []
    for (const login of [adapter.name, `${adapter.name}-2`]) {
      links.push(await adapter.connect({ login, passcode: 'x' }))
    }
    await work(...links)
    for (const link of links) await link.disconnect()
  }
  const say = (feature, result, note = '') =>
    console.log(JSON.stringify({ client: adapter.name, feature, result, note }))
  for (const feature of FEATURES) {
    const lacking = adapter.lacks[feature]
    if (lacking) {
      say(feature, 'n/a', lacking)
      continue
    }
    const check = CHECKS[feature]
    try {
      const destination = `${adapter.name}.${feature}`
      const done = check(adapter, `/topic/${destination}`, `/queue/a/${destination}`)
      say(feature, 'pass', await within(done, 'end of the check', 3 * LONG))
    } catch (error) {
      say(feature, 'fail', String(error?.stack ?? error))
    }
  }
  process.exit(0)
}
