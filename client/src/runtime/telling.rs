//! Notifications, in the ways that were chosen.

use super::Runtime;
use crate::app::Notification;
use std::io;

impl Runtime {
    pub(super) fn notify(&mut self, told: &Notification) -> io::Result<()> {
        let how = &self.state.settings.notifications;
        let (title, body) = (told.title(), told.body());
        if how.bell {
            self.front.bell()?;
        }
        if let Some(kind) = how.terminal
            && let Some(screen) = self.front.screen()
        {
            screen.notify(kind, &title, &body)?;
        }
        let kind = if told.is_mention { "mention" } else { "message" };
        let vars = vec![
            ("CHAT_ROOM", told.room.clone()),
            ("CHAT_SENDER", told.sender.clone().unwrap_or_default()),
            ("CHAT_KIND", kind.to_owned()),
        ];
        self.notifier.run(&how.command, format!("{title}: {body}\n"), vars);
        Ok(())
    }
}
