# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_chat_tui_global_optspecs
    string join \n h/help V/version
end

function __fish_chat_tui_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_chat_tui_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_chat_tui_using_subcommand
    set -l cmd (__fish_chat_tui_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c chat-tui -n "__fish_chat_tui_needs_command" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -s V -l version -d 'Print version'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "connect" -d 'Open the terminal client'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "send" -d 'Send text from arguments, a pipe or a file'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "edit" -d 'Change a message of yours'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "delete" -d 'Take a message of yours away'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "react" -d 'Put an emoji to a message'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "topic" -d 'Print or set what a room is about'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "tail" -d 'Follow a room, reconnecting without loss'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "history" -d 'Print a part of a room\'s history, oldest first'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "export" -d 'Write a room\'s messages into a file or a pipe, oldest first'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "search" -d 'Find messages, newest first'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "rooms" -d 'List the rooms'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "read" -d 'Say how far you have read a room'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "mentions" -d 'Print where you were mentioned, newest first'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "config" -d 'Check the configuration, or show what there is to configure'
complete -c chat-tui -n "__fish_chat_tui_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l room -d 'A room to join, besides those remembered; repeatable' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l with-server -d 'Start the bundled server when nothing answers at a loopback address'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -l plain -d 'Lines instead of a screen: for screen readers, slow links and TERM=dumb'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand connect" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l room -d 'The room to post in; with --jsonl each object may name its own' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l file -d 'Read from a file; `-` is standard input' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l reply-to -d 'The message it answers; with --jsonl each object may name its own' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l key -d 'The idempotency key of the one message: a retry with it is stored once' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l key-from -d 'Make keys from room, text and day (UTC)' -r -f -a "sha256\t''"
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l lines -d 'One message a line, sent as the lines arrive; blank lines are left out'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l null -d 'Messages end with NUL'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l jsonl -d 'One JSON object a line: {"text", "room"?, "key"?, "reply_to"?}'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l json -d 'Print one JSON object for each message'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l allow-empty -d 'Empty input is no error'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -l dry-run -d 'Read and check everything, send nothing'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -s q -l quiet -d 'Nothing on standard error but the failure'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -s v -l verbose -d 'Say on standard error what happens'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand send" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l room -d 'The room it is in' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l key -d 'The idempotency key: a retry with it is stored once' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -l json -d 'Print a JSON object'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand edit" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l room -d 'The room it is in' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l key -d 'The idempotency key: a retry with it is stored once' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -l json -d 'Print a JSON object'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand delete" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l room -d 'The room it is in' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l key -d 'The idempotency key: a retry with it is stored once' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l off -d 'Take the reaction back'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -l json -d 'Print a JSON object'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand react" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l room -d 'The room it is in' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l key -d 'The idempotency key: a retry with it is stored once' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -l json -d 'Print a JSON object'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand topic" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l room -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l since -d 'Begin after this message, or this long ago (10m, 2h)' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l last -d 'Begin with the newest N messages' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l count -d 'Stop after N messages' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l cursor-file -d 'Keep the position in a file, and go on from there next time' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l exit-after -d 'Stop after this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l timeout -d 'Give up when there is no connection for this long [default: 30s for the first, then never]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -l json -d 'Print JSON objects: messages as the server keeps them, and events of their own `kind`'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand tail" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l room -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l count -d 'How many messages at most' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l before -d 'The newest ones before this message' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l after -d 'The first ones after this message' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l edits-of -d 'A message as it was first written, then its edits' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -l json -d 'Print JSON objects'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand history" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l room -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l format -d 'How it is written' -r -f -a "text\t'A line per message, as `history` prints it'
markdown\t'For reading, with a heading per day'
jsonl\t'The log as the server keeps it, a JSON object per row'"
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l since -d 'Only what came after this message, or since this time (2026-11-01, 2026-11-01T18:30, 10m, 7d)' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -s o -l output -d 'A file, which appears when it is whole; `-` is standard output' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l room -d 'Only in this room' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l sender -d 'Only what this person wrote' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l before -d 'Only before this message, day or time, or longer ago than this' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l after -d 'Only after this message, or since this day or time' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l limit -d 'How many messages at most' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -l json -d 'Print JSON objects'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand search" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -l json -d 'Print JSON objects'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand rooms" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l room -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -l json -d 'Print a JSON object'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand read" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l limit -d 'How many at most' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l before -d 'The newest ones before this message' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l timeout -d 'Give up when nothing has moved for this long' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -l json -d 'Print JSON objects'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand mentions" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and not __fish_seen_subcommand_from check default path help" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and not __fish_seen_subcommand_from check default path help" -f -a "check" -d 'Read the configuration and say whether it can be used, with every profile'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and not __fish_seen_subcommand_from check default path help" -f -a "default" -d 'Print a file with every setting and its default'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and not __fish_seen_subcommand_from check default path help" -f -a "path" -d 'Print where the file is looked for'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and not __fish_seen_subcommand_from check default path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from check" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from check" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from check" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from default" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from path" -l server -d 'The server\'s address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from path" -l nick -d 'The name to go by [default: your login name] [env: CHAT_TUI_NICK]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'The configuration file [env: CHAT_TUI_CONFIG]' -r -F
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from path" -l profile -d 'Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]' -r
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Read the configuration and say whether it can be used, with every profile'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "default" -d 'Print a file with every setting and its default'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print where the file is looked for'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "connect" -d 'Open the terminal client'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "send" -d 'Send text from arguments, a pipe or a file'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "edit" -d 'Change a message of yours'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "delete" -d 'Take a message of yours away'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "react" -d 'Put an emoji to a message'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "topic" -d 'Print or set what a room is about'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "tail" -d 'Follow a room, reconnecting without loss'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "history" -d 'Print a part of a room\'s history, oldest first'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "export" -d 'Write a room\'s messages into a file or a pipe, oldest first'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "search" -d 'Find messages, newest first'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "rooms" -d 'List the rooms'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "read" -d 'Say how far you have read a room'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "mentions" -d 'Print where you were mentioned, newest first'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "config" -d 'Check the configuration, or show what there is to configure'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and not __fish_seen_subcommand_from connect send edit delete react topic tail history export search rooms read mentions config help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Read the configuration and say whether it can be used, with every profile'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "default" -d 'Print a file with every setting and its default'
complete -c chat-tui -n "__fish_chat_tui_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "path" -d 'Print where the file is looked for'
