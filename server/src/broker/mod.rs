//! Delivery: connections and their outboxes, subscriptions, fan-out. Knows nothing of the chat.
