# The stomp gem, as Debian has it: ruby-stomp, over TCP.

require "json"
require "stomp"
require "timeout"

NAME = "ruby-stomp"
# Seconds; longer than anything here takes on a busy machine.
LONG = 30
HOST, PORT = ENV["STOMP_TCP"].split(":")
LACKS = { "split" => "it writes whole frames" }

# One connection: messages by subscription, everything in order.
class Link
  attr_reader :conn

  def initialize(login: "", passcode: "", beats: nil)
    headers = { "accept-version" => "1.0,1.1,1.2", "host" => HOST }
    headers["heart-beat"] = "#{beats},#{beats}" if beats
    host = { login: login, passcode: passcode, host: HOST, port: PORT.to_i }
    @conn = Stomp::Connection.new(hosts: [host], connect_headers: headers, reliable: false)
    @next = 0
    @here = Hash.new { |all, id| all[id] = [] }
  end

  def headers = @conn.connection_frame.headers

  def id = "n-#{@next += 1}"

  def frame
    got = Timeout.timeout(LONG) { @conn.receive }
    raise "no frame: closed" if got.nil?
    got
  end

  # Messages that come meanwhile are kept for their subscriptions.
  def receipt(name)
    until (got = frame).command == "RECEIPT" && got.headers["receipt-id"] == name
      raise got.headers.inspect if got.command == "ERROR"
      @here[got.headers["subscription"]] << got
    end
  end

  def subscribe(to, headers = {}, receipt: false)
    subscription = id
    asked = receipt ? { receipt: id } : {}
    @conn.subscribe(to, { id: subscription, ack: "auto" }.merge(headers, asked))
    receipt(asked[:receipt]) if receipt
    subscription
  end

  def send(to, body, headers = {}, receipt: false)
    asked = receipt ? { receipt: id } : {}
    @conn.publish(to, body, headers.merge(asked))
    receipt(asked[:receipt]) if receipt
  end

  def take(subscription)
    while @here[subscription].empty?
      got = frame
      raise got.headers.inspect if got.command != "MESSAGE"
      @here[got.headers["subscription"]] << got
    end
    @here[subscription].shift
  end

  def waiting?(subscription) = !@here[subscription].empty?

  def text(subscription) = take(subscription).body.dup.force_encoding("UTF-8")

  def close
    name = id
    @conn.disconnect(receipt: name)
    equal(@conn.disconnect_receipt.headers["receipt-id"], name)
  end
end

def equal(got, expected)
  raise "#{got.inspect}, not #{expected.inspect}" unless got == expected
end

def session
  links = [NAME, "#{NAME}-2"].map { |login| Link.new(login: login, passcode: "x") }
  yield(*links)
  links.each(&:close)
end

# Nothing but the message sent last may be waiting: frames of one connection are done in order.
def only_then(link, subscription, to, body)
  link.send(to, body)
  equal(link.text(subscription), body)
end

def connects(login, passcode, expected)
  link = Link.new(login: login, passcode: passcode)
  raise link.headers.inspect unless link.headers["user-name"].start_with?(expected)
  link.close
  link.headers["version"]
end

# Three messages are taken and the second one acknowledged; `expected` come back.
def redelivered(queue, mode, expected)
  session do |link, _|
    inbox = link.subscribe(queue, { ack: mode })
    %w[1 2 3].each { |body| link.send(queue, body) }
    messages = Array.new(3) { link.take(inbox) }
    link.conn.ack(messages[1].headers["ack"])
  end
  session do |link, _|
    inbox = link.subscribe(queue, { ack: mode })
    expected.each do |body|
      message = link.take(inbox)
      equal([message.body, message.headers["redelivered"]], [body, "true"])
      link.conn.ack(message.headers["ack"])
    end
    only_then(link, inbox, queue, "then nothing")
  end
end

SENT = { "colon" => "a:b", "backslash" => "c\\d", "line" => "e\nf", "unicode" => "값 🎈", "empty" => "" }

# Each with two links and the destinations of its own.
EXCHANGES = {
  "topic" => ->(link, _, to, _) { only_then(link, link.subscribe(to), to, "hello") },
  "receipts" => lambda do |link, other, to, _|
    inbox = link.subscribe(to, receipt: true)
    other.send(to, "the subscription is live", receipt: true)
    equal(link.text(inbox), "the subscription is live")
  end,
  "headers" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    link.send(to, "x", SENT)
    equal(link.take(inbox).headers.slice(*SENT.keys), SENT)
  end,
  "unicode" => ->(link, _, to, _) { only_then(link, link.subscribe(to), to, "안녕 🎈 e\u0301") },
  "binary" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    octets = (0..255).to_a.pack("C*")
    link.send(to, octets)
    equal(link.take(inbox).body.b, octets)
  end,
  "large" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    body = "0123456789abcdef" * 64 * 1024
    link.send(to, body)
    raise "another body" unless link.text(inbox) == body
  end,
  "unsubscribe" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    only_then(link, inbox, to, "before")
    link.conn.unsubscribe(to, { id: inbox })
    link.send(to, "after")
    only_then(link, link.subscribe(to), to, "again")
    raise "a message after UNSUBSCRIBE" if link.waiting?(inbox)
  end,
  "room" => lambda do |link, _, _, _|
    inbox = link.subscribe("/topic/room.#{NAME}", { last: "0" })
    equal(JSON.parse(link.text(inbox))["kind"], "sync")
    link.send("/app/room.#{NAME}", "안녕")
    equal(JSON.parse(link.text(inbox)).values_at("text", "sender"), ["안녕", NAME])
  end,
  "app" => ->(link, _, _, _) { JSON.parse(link.text(link.subscribe("/app/rooms"))).fetch("rooms") },
  "replies" => lambda do |link, _, _, _|
    inbox = link.subscribe("/user/queue/replies")
    link.send("/app/rooms", "", { "correlation-id": "c1" })
    equal(link.take(inbox).headers["correlation-id"], "c1")
  end,
  "queue" => lambda do |link, other, _, queue|
    %w[1 2 3].each { |n| link.send(queue, n) }
    inbox = link.subscribe(queue)
    %w[1 2 3].each { |n| equal(link.text(inbox), n) }
    other.send(queue, "live")
    equal(link.text(inbox), "live")
  end,
  "nack" => lambda do |link, _, _, queue|
    inbox = link.subscribe(queue, { ack: "client-individual" })
    link.send(queue, "again")
    link.conn.nack(link.take(inbox).headers["ack"])
    message = link.take(inbox)
    equal([message.body, message.headers["redelivered"]], %w[again true])
    link.conn.ack(message.headers["ack"])
  end,
  "commit" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    link.conn.begin("tx")
    link.send(to, "inside", { transaction: "tx" })
    only_then(link, inbox, to, "outside")
    link.conn.commit("tx")
    equal(link.text(inbox), "inside")
  end,
  "abort" => lambda do |link, _, to, _|
    inbox = link.subscribe(to)
    link.conn.begin("tx")
    link.send(to, "inside", { transaction: "tx" })
    link.conn.abort("tx")
    only_then(link, inbox, to, "outside")
  end,
  "user" => lambda do |link, other, _, _|
    inbox = link.subscribe("/user/queue/notes")
    only_then(link, inbox, "/user/#{NAME}/queue/notes", "to myself")
    other.send("/user/#{NAME}/queue/notes", "hello")
    equal(link.take(inbox).headers["destination"], "/user/queue/notes")
  end
}

def heart_beats(to)
  link = Link.new(login: NAME, passcode: "x", beats: 1000)
  sleep 3.5
  only_then(link, link.subscribe(to), to, "still here")
  link.close
end

def error
  link = Link.new(login: NAME, passcode: "x")
  link.send("/nowhere", "x")
  got = link.frame
  equal([got.command, got.headers["code"]], %w[ERROR bad-destination])
  equal(Timeout.timeout(LONG) { link.conn.receive }, nil)
end

def check(feature)
  to = "#{NAME}.#{feature}"
  case feature
  when "connect" then return connects(NAME, "secret", NAME)
  when "anonymous" then connects("", "", "guest-")
  when "passcode" then connects(NAME, "p:a\\ss", NAME)
  when "heart-beats" then heart_beats("/topic/#{to}")
  when "error" then error
  when "disconnect" then Link.new(login: NAME, passcode: "x").close
  when "ack" then redelivered("/queue/a/#{to}", "client-individual", %w[1 3])
  when "ack-cumulative" then redelivered("/queue/a/#{to}", "client", %w[3])
  else session { |link, other| EXCHANGES.fetch(feature).call(link, other, "/topic/#{to}", "/queue/a/#{to}") }
  end
  ""
end

ENV["FEATURES"].split(",").each do |feature|
  result, note = "n/a", LACKS[feature]
  begin
    result, note = "pass", check(feature) unless note
  rescue StandardError, Timeout::Error => e
    result, note = "fail", e.full_message(highlight: false)
  end
  puts JSON.generate(client: NAME, feature: feature, result: result, note: note)
end
exit!(0) if $stdout.flush
