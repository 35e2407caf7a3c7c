//! Who works in the studio, and what they may do there (product 4.1).

use crate::email::Email;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// After so long a sensitive task asks for a code again.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// Somebody who is signed in to the studio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The address that signed in.
    pub email: Email,
    /// Owner or assistant.
    pub role: Role,
    /// When the last code was typed in this session.
    pub proven: Timestamp,
}

/// What somebody is in the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May everything.
    Owner,
    /// May upload and arrange, and what the owner ticked.
    Assistant(Ticks),
}

/// What the owner ticked for an assistant; uploading, arranging and replacing are always allowed (4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ticks {
    /// Make galleries and change their settings; publish, pause, archive; reopen choices and ship orders.
    #[serde(default)]
    pub galleries: bool,
    /// Change authorization tables, PINs and links; view as a client.
    #[serde(default)]
    pub authorizations: bool,
    /// See and change contacts and groups.
    #[serde(default)]
    pub contacts: bool,
    /// Read and export activity.
    #[serde(default)]
    pub activity: bool,
}

/// What a route of the studio is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Look at galleries and photographs.
    Look,
    /// Upload, arrange, replace; say which photographs are Proof or Final and who sees them.
    Arrange,
    /// Make galleries and change their settings; publish, pause, archive.
    Galleries,
    /// Reopen a choice; count, ship and cancel orders.
    Ship,
    /// Change authorization tables, PINs and links; view as a client.
    Authorizations,
    /// See and change contacts and groups.
    Contacts,
    /// Read activity.
    Activity,
    /// Take activity or contacts out as a file. Sensitive.
    Export,
    /// Add and remove assistants, and change what they may. Sensitive, the owner's alone.
    Team,
    /// See and end one's own sessions.
    Account,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotForYou {
    /// The owner has not ticked it.
    #[error("the owner has not allowed it")]
    NotTicked,
    /// It is sensitive, and the last code was typed too long ago.
    #[error("a fresh code is needed")]
    ProveAgain,
}

/// Whether a member may do this task now. Pure and total; every route of the studio passes here.
///
/// # Errors
/// Why not.
pub fn may(member: &Member, task: Task, now: Timestamp) -> Result<(), NotForYou> {
    let allowed = match member.role {
        Role::Owner => true,
        Role::Assistant(ticks) => match task {
            Task::Look | Task::Arrange | Task::Account => true,
            Task::Galleries | Task::Ship => ticks.galleries,
            Task::Authorizations => ticks.authorizations,
            Task::Contacts => ticks.contacts,
            Task::Activity | Task::Export => ticks.activity,
            Task::Team => false,
        },
    };
    if !allowed {
        return Err(NotForYou::NotTicked);
    }
    if sensitive(task) && now >= member.proven + FRESH {
        return Err(NotForYou::ProveAgain);
    }
    Ok(())
}

/// Whether a task asks for a fresh code.
#[must_use]
pub fn sensitive(task: Task) -> bool {
    matches!(task, Task::Export | Task::Team)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASKS: [Task; 10] = [
        Task::Look,
        Task::Arrange,
        Task::Galleries,
        Task::Ship,
        Task::Authorizations,
        Task::Contacts,
        Task::Activity,
        Task::Export,
        Task::Team,
        Task::Account,
    ];

    fn member(role: Role) -> Member {
        Member {
            email: "a@example.com".parse().unwrap(),
            role,
            proven: "2026-11-22T10:00:00Z".parse().unwrap(),
        }
    }

    /// 4.1: an assistant uploads and arranges, and does nothing else that is not ticked.
    #[test]
    fn an_assistant_may_what_is_ticked() {
        let now = member(Role::Owner).proven;
        let bare = member(Role::Assistant(Ticks::default()));
        let allowed = |m: &Member| {
            TASKS
                .into_iter()
                .filter(|task| may(m, *task, now).is_ok())
                .collect::<Vec<_>>()
        };
        assert_eq!(allowed(&bare), [Task::Look, Task::Arrange, Task::Account]);
        let all = Ticks {
            galleries: true,
            authorizations: true,
            contacts: true,
            activity: true,
        };
        let ticked = allowed(&member(Role::Assistant(all)));
        assert!(!ticked.contains(&Task::Team) && ticked.len() == TASKS.len() - 1);
        assert_eq!(allowed(&member(Role::Owner)), TASKS);
    }

    /// exports and the team ask for a code that is at most five minutes old.
    #[test]
    fn sensitive_tasks_ask_again_after_five_minutes() {
        let owner = member(Role::Owner);
        let late = owner.proven + FRESH;
        for task in TASKS {
            let expected = if sensitive(task) {
                Err(NotForYou::ProveAgain)
            } else {
                Ok(())
            };
            assert_eq!(may(&owner, task, late), expected, "{task:?}");
        }
    }
}
