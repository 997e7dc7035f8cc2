<?php
// PECL stomp, as Debian has it: php-stomp, over TCP, as it comes: STOMP 1.0.

const NAME = 'php-stomp';
// Seconds; longer than anything here takes on a busy machine.
const LONG = 30;
const ONLY_1_0 = 'STOMP 1.0 has none';
const LACKS = [
    'headers' => 'it neither escapes nor unescapes',
    'split' => 'it writes whole frames',
    'heart-beats' => ONLY_1_0,
    'disconnect' => 'it closes the socket right behind DISCONNECT, without a receipt',
    'nack' => ONLY_1_0,
];

function equal($got, $expected)
{
    if ($got !== $expected) {
        throw new Exception(json_encode($got) . ', not ' . json_encode($expected));
    }
}

function linked($login = NAME, $passcode = 'x'): Stomp
{
    $link = new Stomp('tcp://' . getenv('STOMP_TCP'), $login, $passcode);
    $link->setReadTimeout(LONG);
    return $link;
}

function message(Stomp $link): StompFrame
{
    $frame = $link->readFrame();
    if (!$frame || $frame->command !== 'MESSAGE') {
        throw new Exception('no message: ' . json_encode($frame ?: $link->error()));
    }
    return $frame;
}

// It asks for acknowledgements unless told otherwise.
function subscribe(Stomp $link, string $to, array $headers = [])
{
    equal($link->subscribe($to, $headers + ['ack' => 'auto']), true);
}

// Nothing but the message sent last may be waiting: frames of one connection are done in order.
function only_then(Stomp $link, string $to, string $body)
{
    $link->send($to, $body);
    equal(message($link)->body, $body);
}

// Three messages are taken and the second one acknowledged; the others given come back.
function redelivered(string $queue, string $mode, array $expected)
{
    $link = linked();
    subscribe($link, $queue, ['ack' => $mode]);
    foreach (['1', '2', '3'] as $body) {
        $link->send($queue, $body);
    }
    $messages = [message($link), message($link), message($link)];
    $link->ack($messages[1]);
    unset($link);
    $again = linked();
    subscribe($again, $queue, ['ack' => $mode]);
    foreach ($expected as $body) {
        $message = message($again);
        equal([$message->body, $message->headers['redelivered']], [$body, 'true']);
        $again->ack($message);
    }
    only_then($again, $queue, 'then nothing');
}

function transaction(Stomp $link, string $to, string $end)
{
    subscribe($link, $to);
    $link->begin('tx');
    $link->send($to, 'inside', ['transaction' => 'tx']);
    only_then($link, $to, 'outside');
    $link->$end('tx');
    if ($end === 'commit') {
        equal(message($link)->body, 'inside');
    }
    only_then($link, $to, 'after');
}

// Who the server takes it for: a room says so.
function name_of(Stomp $link): string
{
    $room = '/topic/room.' . NAME . '.presence';
    subscribe($link, '/topic/room.' . NAME, ['last' => '0']);
    message($link);
    subscribe($link, $room);
    $users = json_decode(message($link)->body, true)['users'];
    return $users[0]['name'];
}

// Each with a connected link, the destination of its own and a queue.
$checks = [
    'connect' => function () {
        equal(name_of(linked(NAME, 'secret')), NAME);
        return '1.0';
    },
    'anonymous' => function () {
        equal(substr(name_of(linked(null, null)), 0, 6), 'guest-');
    },
    'passcode' => function () {
        equal(name_of(linked(NAME, 'p:a\\ss')), NAME);
    },
    'topic' => function ($link, $to) {
        subscribe($link, $to);
        only_then($link, $to, 'hello');
    },
    'receipts' => function ($link, $to) {
        // It waits for a receipt before it returns.
        subscribe($link, $to, ['receipt' => 'live']);
        equal(linked(NAME . '-2')->send($to, 'hi', ['receipt' => 'sent']), true);
        equal(message($link)->body, 'hi');
    },
    'unicode' => function ($link, $to) {
        subscribe($link, $to);
        only_then($link, $to, "안녕 🎈 e\u{301}");
    },
    'binary' => function ($link, $to) {
        subscribe($link, $to);
        only_then($link, $to, implode(array_map('chr', range(0, 255))));
    },
    'large' => function ($link, $to) {
        subscribe($link, $to);
        $body = str_repeat('0123456789abcdef', 64 * 1024);
        $link->send($to, $body);
        equal(message($link)->body === $body, true);
    },
    'unsubscribe' => function ($link, $to) {
        subscribe($link, $to);
        only_then($link, $to, 'before');
        $link->unsubscribe($to, ['receipt' => 'gone']);
        $link->send($to, 'after');
        subscribe($link, $to);
        only_then($link, $to, 'again');
    },
    'error' => function ($link) {
        $link->send('/nowhere', 'x');
        // It gives the text of an ERROR by throwing.
        try {
            $frame = $link->readFrame();
        } catch (StompException $e) {
            return '';
        }
        throw new Exception('no error: ' . json_encode($frame));
    },
    'room' => function ($link) {
        subscribe($link, '/topic/room.' . NAME, ['last' => '0']);
        equal(json_decode(message($link)->body, true)['kind'], 'sync');
        $link->send('/app/room.' . NAME, '안녕');
        $said = json_decode(message($link)->body, true);
        equal([$said['text'], $said['sender']], ['안녕', NAME]);
    },
    'app' => function ($link) {
        subscribe($link, '/app/rooms');
        equal(is_array(json_decode(message($link)->body, true)['rooms']), true);
    },
    'replies' => function ($link) {
        subscribe($link, '/user/queue/replies');
        $link->send('/app/rooms', '', ['correlation-id' => 'c1']);
        equal(message($link)->headers['correlation-id'], 'c1');
    },
    'queue' => function ($link, $to, $queue) {
        foreach (['1', '2', '3'] as $body) {
            $link->send($queue, $body);
        }
        subscribe($link, $queue);
        foreach (['1', '2', '3'] as $body) {
            equal(message($link)->body, $body);
        }
        linked(NAME . '-2')->send($queue, 'live');
        equal(message($link)->body, 'live');
    },
    'ack' => fn($link, $to, $queue) => redelivered($queue, 'client-individual', ['1', '3']),
    'ack-cumulative' => fn($link, $to, $queue) => redelivered($queue, 'client', ['3']),
    'commit' => fn($link, $to) => transaction($link, $to, 'commit'),
    'abort' => fn($link, $to) => transaction($link, $to, 'abort'),
    'user' => function ($link) {
        subscribe($link, '/user/queue/notes');
        only_then($link, '/user/' . NAME . '/queue/notes', 'to myself');
        linked(NAME . '-2')->send('/user/' . NAME . '/queue/notes', 'hello');
        equal(message($link)->headers['destination'], '/user/queue/notes');
    },
];

foreach (explode(',', getenv('FEATURES')) as $feature) {
    $line = ['client' => NAME, 'feature' => $feature, 'result' => 'n/a', 'note' => LACKS[$feature] ?? ''];
    if (!isset(LACKS[$feature])) {
        try {
            $to = NAME . '.' . $feature;
            $line['note'] = $checks[$feature](linked(), "/topic/$to", "/queue/a/$to") ?? '';
            $line['result'] = 'pass';
        } catch (Throwable $e) {
            $line['note'] = (string) $e;
            $line['result'] = 'fail';
        }
    }
    echo json_encode($line), "\n";
}
