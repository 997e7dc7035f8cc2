//! The joined rooms: in the order of joining (which their numbers follow) and in the order of the
//! list (mentions, then unread, then the rest).
//!
//! The list is sorted anew only when a room's need rises: going through the rooms, which makes them
//! read, does not move them under one's fingers.

use super::{Place, Room};
use std::cmp::Reverse;

#[derive(Debug, Default)]
pub struct Rooms {
    joined: Vec<Room>,
    /// Indices of `joined` as the list shows them.
    order: Vec<usize>,
    selected: usize,
    visits: u64,
}

impl Rooms {
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty()
    }

    pub fn len(&self) -> usize {
        self.joined.len()
    }

    /// In the order of joining.
    pub fn iter(&self) -> impl Iterator<Item = &Room> {
        self.joined.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.joined.iter_mut()
    }

    /// As the list shows them: the number (from 1) that Alt-1 … Alt-9 mean, and the room.
    pub fn listed(&self) -> impl Iterator<Item = (usize, &Room)> {
        self.order.iter().filter_map(|&i| Some((i + 1, self.joined.get(i)?)))
    }

    /// How many of the listed rooms are above a list of so many rows: it shows the selected one.
    pub fn above(&self, rows: usize) -> usize {
        let at = self.order.iter().position(|&i| i == self.selected).unwrap_or(0);
        (at + 1).saturating_sub(rows)
    }

    pub fn selected(&self) -> Option<&Room> {
        self.joined.get(self.selected)
    }

    pub fn selected_mut(&mut self) -> Option<&mut Room> {
        self.joined.get_mut(self.selected)
    }

    pub fn is_selected(&self, place: &Place) -> bool {
        self.selected().is_some_and(|r| r.place == *place)
    }

    pub fn position(&self, place: &Place) -> Option<usize> {
        self.joined.iter().position(|r| r.place == *place)
    }

    pub fn get(&self, place: &Place) -> Option<&Room> {
        self.joined.iter().find(|r| r.place == *place)
    }

    pub fn get_mut(&mut self, place: &Place) -> Option<&mut Room> {
        self.joined.iter_mut().find(|r| r.place == *place)
    }

    pub fn push(&mut self, room: Room) {
        self.order.push(self.joined.len());
        self.joined.push(room);
        self.sort();
    }

    pub fn remove(&mut self, place: &Place) -> Option<Room> {
        let gone = self.position(place)?;
        let room = self.joined.remove(gone);
        self.order.retain(|&i| i != gone);
        for i in &mut self.order {
            if *i > gone {
                *i -= 1;
            }
        }
        if self.selected > gone || self.selected >= self.joined.len() {
            self.selected = self.selected.saturating_sub(1);
        }
        Some(room)
    }

    /// By the order of joining, from 0; `false` when there is no such room.
    pub fn select(&mut self, index: usize) -> bool {
        let Some(room) = self.joined.get_mut(index) else { return false };
        self.visits += 1;
        room.visited = self.visits;
        self.selected = index;
        true
    }

    /// The index of the room `by` places further down the list, around its ends.
    pub fn neighbour(&self, by: isize) -> Option<usize> {
        let len = self.order.len() as isize;
        let at = self.order.iter().position(|&i| i == self.selected)? as isize;
        self.order.get((at + by).rem_euclid(len) as usize).copied()
    }

    /// The index of the next room that needs looking at: mentions first, then in the list's order.
    pub fn next_unread(&self) -> Option<usize> {
        let needy = self.order.iter().filter(|&&i| i != self.selected);
        needy
            .filter_map(|&i| Some((i, self.joined.get(i)?.need())))
            .filter(|(_, need)| *need > super::room::Need::Nothing)
            .min_by_key(|(_, need)| Reverse(*need))
            .map(|(i, _)| i)
    }

    pub(crate) fn sort(&mut self) {
        let joined = &self.joined;
        self.order.sort_by_key(|&i| (Reverse(joined.get(i).map(Room::need)), i));
    }
}
