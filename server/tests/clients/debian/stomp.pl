# Net::Stomp, as Debian has it: libnet-stomp-perl, over TCP, as it comes: STOMP 1.0.

use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use JSON::PP;
use Net::Stomp;

my $NAME = 'net-stomp';

# Seconds; longer than anything here takes on a busy machine.
my $LONG = 30;
my ( $HOST, $PORT ) = split /:/, $ENV{STOMP_TCP};
my $NO_ESCAPES = 'it neither escapes nor unescapes';
my $ONLY_1_0   = 'STOMP 1.0 has none';
my %LACKS      = (
    headers       => $NO_ESCAPES,
    split         => 'it writes whole frames',
    'heart-beats' => $ONLY_1_0,
    disconnect    => 'it closes the socket right behind DISCONNECT, without a receipt',
    nack          => $ONLY_1_0,
);

sub equal {
    my ( $got, $expected ) = @_;
    die "$got, not $expected" unless $got eq $expected;
}

sub connected {
    my (%headers) = @_;
    my $link  = Net::Stomp->new( { hostname => $HOST, port => $PORT, reconnect_attempts => 1, timeout => $LONG } );
    my $frame = $link->connect( \%headers );
    equal( $frame->command, 'CONNECTED' );
    return ( $link, $frame->headers->{'user-name'} );
}

sub linked { return ( connected( login => $_[0], passcode => 'x' ) )[0] }

sub frame {
    my ($link) = @_;
    return $link->receive_frame( { timeout => $LONG } ) // die 'no frame';
}

sub message {
    my ($link) = @_;
    my $frame = frame($link);
    die encode_json( $frame->headers ) unless $frame->command eq 'MESSAGE';
    return $frame;
}

sub text { return decode( 'UTF-8', message( $_[0] )->body ) }

sub post {
    my ( $link, $to, $body, %more ) = @_;
    $link->send( { destination => $to, body => encode( 'UTF-8', $body ), %more } );
}

sub subscribe {
    my ( $link, $to, %more ) = @_;
    $link->subscribe( { destination => $to, ack => 'auto', %more } );
}

# Nothing but the message sent last may be waiting: frames of one connection are done in order.
sub only_then {
    my ( $link, $to, $body ) = @_;
    post( $link, $to, $body );
    equal( text($link), $body );
}

# Three messages are taken and the second one acknowledged; the others given come back.
sub redelivered {
    my ( $link, $queue, $mode, @expected ) = @_;
    subscribe( $link, $queue, ack => $mode );
    post( $link, $queue, $_ ) for 1 .. 3;
    my @messages = map { message($link) } 1 .. 3;
    $link->ack( { frame => $messages[1] } );
    $link->disconnect;
    my $again = linked($NAME);
    subscribe( $again, $queue, ack => $mode );
    for my $body (@expected) {
        my $message = message($again);
        equal( $message->body,                   $body );
        equal( $message->headers->{redelivered}, 'true' );
        $again->ack( { frame => $message } );
    }
    only_then( $again, $queue, 'then nothing' );
    $again->disconnect;
}

sub transaction {
    my ( $link, $to, $end ) = @_;
    subscribe( $link, $to );
    my $say = sub { $link->send_frame( Net::Stomp::Frame->new( { command => $_[0], headers => { transaction => 'tx' } } ) ) };
    $say->('BEGIN');
    post( $link, $to, 'inside', transaction => 'tx' );
    only_then( $link, $to, 'outside' );
    $say->($end);
    equal( text($link), 'inside' ) if $end eq 'COMMIT';
    only_then( $link, $to, 'after' );
}

# Each with a connected link, the destination of its own and a queue.
my %CHECKS = (
    connect => sub {
        my ( $link, $who ) = connected( login => $NAME, passcode => 'secret' );
        equal( $who, $NAME );
        return '1.0';
    },
    anonymous => sub {
        my ( $link, $who ) = connected();
        die $who unless $who =~ /^guest-/;
    },
    passcode => sub {
        my ( $link, $who ) = connected( login => $NAME, passcode => 'p:a\\ss' );
        equal( $who, $NAME );
    },
    topic => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to );
        only_then( $link, $to, 'hello' );
    },
    receipts => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to, receipt => 'live' );
        equal( frame($link)->headers->{'receipt-id'}, 'live' );
        my $other = linked("$NAME-2");
        die 'no receipt' unless $other->send_with_receipt( { destination => $to, body => 'hi', timeout => $LONG } );
        equal( text($link), 'hi' );
    },
    unicode => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to );
        only_then( $link, $to, "안녕 🎈 e\x{301}" );
    },
    binary => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to );
        my $octets = pack 'C*', 0 .. 255;
        $link->send( { destination => $to, body => $octets, bytes_message => 1 } );
        equal( message($link)->body, $octets );
    },
    large => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to );
        my $body = '0123456789abcdef' x ( 64 * 1024 );
        $link->send( { destination => $to, body => $body } );
        die 'another body' unless message($link)->body eq $body;
    },
    unsubscribe => sub {
        my ( $link, $to ) = @_;
        subscribe( $link, $to );
        only_then( $link, $to, 'before' );
        $link->unsubscribe( { destination => $to } );
        post( $link, $to, 'after' );
        subscribe( $link, $to );
        only_then( $link, $to, 'again' );
    },
    error => sub {
        my ($link) = @_;
        post( $link, '/nowhere', 'x' );
        my $frame = frame($link);
        equal( $frame->command . ' ' . $frame->headers->{code}, 'ERROR bad-destination' );
        die 'not closed' if $link->receive_frame( { timeout => $LONG } );
    },
    room => sub {
        my ($link) = @_;
        subscribe( $link, "/topic/room.$NAME", last => 0 );
        equal( decode_json( message($link)->body )->{kind}, 'sync' );
        post( $link, "/app/room.$NAME", '안녕' );
        my $said = decode_json( message($link)->body );
        equal( "$said->{text} $said->{sender}", "안녕 $NAME" );
    },
    app => sub {
        my ($link) = @_;
        subscribe( $link, '/app/rooms' );
        equal( ref decode_json( message($link)->body )->{rooms}, 'ARRAY' );
    },
    replies => sub {
        my ($link) = @_;
        subscribe( $link, '/user/queue/replies' );
        post( $link, '/app/rooms', '', 'correlation-id' => 'c1' );
        equal( message($link)->headers->{'correlation-id'}, 'c1' );
    },
    queue => sub {
        my ( $link, undef, $queue ) = @_;
        post( $link, $queue, $_ ) for 1 .. 3;
        subscribe( $link, $queue );
        equal( text($link), $_ ) for 1 .. 3;
        post( linked("$NAME-2"), $queue, 'live' );
        equal( text($link), 'live' );
    },
    ack              => sub { redelivered( $_[0], $_[2], 'client-individual', 1, 3 ) },
    'ack-cumulative' => sub { redelivered( $_[0], $_[2], 'client', 3 ) },
    commit           => sub { transaction( @_[ 0, 1 ], 'COMMIT' ) },
    abort            => sub { transaction( @_[ 0, 1 ], 'ABORT' ) },
    user             => sub {
        my ($link) = @_;
        subscribe( $link, '/user/queue/notes' );
        only_then( $link, "/user/$NAME/queue/notes", 'to myself' );
        post( linked("$NAME-2"), "/user/$NAME/queue/notes", 'hello' );
        equal( message($link)->headers->{destination}, '/user/queue/notes' );
    },
);

$| = 1;
for my $feature ( split /,/, $ENV{FEATURES} ) {
    my ( $result, $note ) = ( 'n/a', $LACKS{$feature} );
    unless ( defined $note ) {
        my $to = "$NAME.$feature";
        my $said = eval { $CHECKS{$feature}->( linked($NAME), "/topic/$to", "/queue/a/$to" ) };
        ( $result, $note ) = $@ ? ( 'fail', "$@" ) : ( 'pass', $feature eq 'connect' ? $said : '' );
    }
    print JSON::PP->new->ascii->canonical->encode(
        { client => $NAME, feature => $feature, result => $result, note => $note } ), "\n";
}
