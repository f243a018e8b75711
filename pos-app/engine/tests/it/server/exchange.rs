//! What a till does with its server.

use super::Server;
use crate::world::Shop;
use duka_ledger::{Batch, LogId};
use duka_pos::{SealedRequest, SyncError, Taken};
use duka_sync::{MAX_BODY_BYTES, Next, Refusal, Taken as TakenPiece};

impl Shop {
    pub fn ask(&mut self, room: usize) -> SealedRequest {
        let mut peer = self.take_peer();
        let request = self.till().reader().sync_request(&mut peer, room).unwrap();
        self.peer = Some(peer);
        request
    }

    fn take_peer(&mut self) -> duka_sync::Peer {
        self.peer.take().unwrap_or_else(|| self.till.as_ref().unwrap().reader().peer().unwrap())
    }

    pub fn hear(&mut self, request: SealedRequest, answer: &[u8]) -> Result<Taken, SyncError> {
        let mut peer = self.take_peer();
        let taken = self.till().sync_take(&mut peer, request.ticket, answer);
        self.peer = Some(peer);
        taken
    }

    /// One exchange with as much room as there can be.
    pub fn exchange(&mut self, server: &Server) -> Taken {
        let request = self.ask(MAX_BODY_BYTES);
        let answer = server.answer(&request.bytes);
        self.hear(request, &answer).unwrap()
    }

    /// Exchanges until there is nothing more to say; all that came in, and how it ended.
    pub fn sync(&mut self, server: &Server) -> Taken {
        let mut received = 0;
        for _ in 0..1_000 {
            let taken = self.exchange(server);
            received += taken.received;
            if matches!(taken.next, Next::InStep | Next::Stuck | Next::NotEnrolled) {
                return Taken { received, ..taken };
            }
        }
        panic!("the till asks for ever");
    }

    /// What the link does: exchanges, and becomes another device where it has to. How it ended, and whether it did.
    pub fn link(&mut self, server: &Server) -> (Taken, bool) {
        let mut became = false;
        for _ in 0..1_000 {
            let taken = self.exchange(server);
            became |= self.succeed(server);
            if matches!(taken.next, Next::InStep) || taken.next == Next::Stuck && self.peer.is_some() {
                return (taken, became);
            }
        }
        panic!("the till asks for ever");
    }

    /// Becomes another device, if it has to; whether it did.
    pub fn succeed(&mut self, server: &Server) -> bool {
        let peer = self.take_peer();
        let begun = self.till().succession_begin(&peer).unwrap();
        self.peer = Some(peer);
        let Some(begun) = begun else { return false };
        let answer = server.succeed(&begun.bytes);
        self.till().succession_complete(begun, &answer).unwrap();
        self.peer = None;
        true
    }

    /// Takes in pieces that the server sends unasked.
    pub fn given(&mut self, server: &Server, pieces: Vec<Batch>) -> Taken {
        let request = self.till().reader().look().unwrap();
        let answer = server.push(&request.bytes, pieces, Vec::new());
        self.hear(request, &answer).unwrap()
    }

    /// Hears that the server did not take a piece.
    pub fn told(&mut self, server: &Server, log: LogId, refusal: Refusal) -> Taken {
        let request = self.till().reader().look().unwrap();
        let answer = server.push(&request.bytes, Vec::new(), vec![TakenPiece { log, held: 0, refused: Some(refusal) }]);
        self.hear(request, &answer).unwrap()
    }
}
