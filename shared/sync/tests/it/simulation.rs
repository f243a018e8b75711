//! A shop's tills and their server on a line that loses, doubles, delays and mixes up what it carries, with a server that is now and then
//! restored to a backup. Afterwards everybody holds everything.

use crate::holder::{FAST, SHOP, Server, shop};
use duka_sync::{EnvelopeError, Next, Said};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    /// A till sells so much, each entry of so many bytes.
    Sell(usize, u8, u16),
    /// A till makes so many exchanges, on a line that does something to each.
    Talk(usize, Vec<Line>, usize),
    /// The program of a till starts again.
    Restart(usize),
    /// Somebody gives the server an old request again.
    Replay(prop::sample::Index),
    /// The server is backed up, or restored to the last backup.
    Backup,
    Restore,
}

#[derive(Clone, Copy, Debug)]
enum Line {
    Works,
    LosesRequest,
    LosesAnswer,
    DoublesRequest,
    /// The answer to an earlier request comes instead.
    MixesUp,
}

fn step(tills: usize) -> impl Strategy<Value = Step> {
    let line =
        prop::sample::select(vec![Line::Works, Line::Works, Line::LosesRequest, Line::LosesAnswer, Line::DoublesRequest, Line::MixesUp]);
    let room = prop::sample::select(vec![1, 8 << 10, 64 << 10, FAST]);
    prop_oneof![
        4 => (0..tills, 1_u8..60, 1_u16..2_000).prop_map(|(till, count, size)| Step::Sell(till, count, size)),
        6 => (0..tills, prop::collection::vec(line, 1..8), room).prop_map(|(till, lines, room)| Step::Talk(till, lines, room)),
        1 => (0..tills).prop_map(Step::Restart),
        1 => any::<prop::sample::Index>().prop_map(Step::Replay),
        1 => Just(Step::Backup),
        1 => Just(Step::Restore),
    ]
}

const TILLS: u32 = 4;

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_line_does_in_the_end_everybody_holds_everything(steps in prop::collection::vec(step(TILLS as usize), 1..60)) {
        let (mut server, mut tills) = shop(TILLS);
        let mut backup = server.clone();
        let (mut requests, mut answers) = (Vec::<Vec<u8>>::new(), Vec::<Vec<u8>>::new());
        let mut sold = 0_u64;
        for step in steps {
            match step {
                Step::Sell(till, count, size) => {
                    for number in 0..count {
                        tills[till].holder.write(SHOP, &format!("{number}{}", "x".repeat(size.into())));
                        sold += 1;
                    }
                }
                Step::Talk(till, lines, room) => {
                    for line in lines {
                        let till = &mut tills[till];
                        let (request, ticket) = till.request(room);
                        requests.push(request.clone());
                        if matches!(line, Line::LosesRequest) {
                            till.peer.failed();
                            continue;
                        }
                        let first = server.answer(&request).unwrap();
                        let answer = match line {
                            Line::DoublesRequest => {
                                let held = server.holder.heads();
                                let second = server.answer(&request).unwrap();
                                prop_assert_eq!(held, server.holder.heads(), "a doubled request changes nothing (I2)");
                                prop_assert!(carries_nothing(&second));
                                first.clone()
                            }
                            Line::MixesUp => answers.last().cloned().unwrap_or_default(),
                            _ => first.clone(),
                        };
                        answers.push(first);
                        match line {
                            Line::LosesAnswer => till.peer.failed(),
                            Line::MixesUp => {
                                let heard = till.hear(ticket, &answer);
                                prop_assert!(matches!(heard, Err(EnvelopeError::OtherRequest | EnvelopeError::Malformed(_))));
                                till.peer.failed();
                            }
                            _ => drop(till.hear(ticket, &answer).unwrap()),
                        }
                    }
                }
                Step::Restart(till) => tills[till].restart(),
                Step::Replay(at) if !requests.is_empty() => {
                    let held = server.holder.heads();
                    let answer = server.answer(&requests[at.index(requests.len())]).unwrap();
                    // What was lost on the way, or came before a restored backup's time, may still come late: it is signed, and it is the till's.
                    prop_assert!(carries_nothing(&answer) || duka_sync::diverged(&held, &server.holder.heads()).is_empty());
                }
                Step::Replay(_) => {}
                Step::Backup => backup = server.clone(),
                Step::Restore => server = backup.clone(),
            }
        }
        heal(&mut server, &mut tills);
        let everything = server.holder.heads();
        prop_assert_eq!(everything.iter().filter(|head| head.log.scope == SHOP).map(|head| head.seq).sum::<u64>(), sold);
        for till in &tills {
            prop_assert_eq!(&till.holder.heads(), &everything);
            prop_assert!(till.peer.troubles().is_empty(), "{:?}", till.peer.troubles());
            prop_assert_eq!(&till.lost, &[]);
        }
    }
}

fn carries_nothing(answer: &[u8]) -> bool {
    let message = duka_sync::Envelope::read(answer).unwrap().message;
    match minicbor::decode::<duka_sync::Answer>(&message).unwrap().said {
        Said::Stale | Said::NotEnrolled(_) => true,
        Said::Exchanged(said) => said.batches.is_empty() && said.taken.is_empty(),
    }
}

/// The line works: each till speaks until it has no more to say, twice, so that the first hears of what the last brought.
fn heal(server: &mut Server, tills: &mut [crate::holder::Till]) {
    for _ in 0..2 {
        for till in &mut *tills {
            assert_eq!(till.run(server, FAST).0, Next::InStep);
        }
    }
}
