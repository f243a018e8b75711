//! One thread that owns the link and the printer's thread of an open till, and tells the window when one of them or a count changes.

use crate::{
    board::Board,
    event::{Event, Tell},
};
use duka_api::{Problem, till::Status};
use duka_core::ErrorCode;
use duka_link::{Background, LinkNews, PrintWorker, PrinterNews, Trust};
use duka_pos::{Engine, Growth};
use duka_sync::{Failure, FailureKind, Phase};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

enum News {
    Grew(Growth),
    Link(LinkNews),
    Printer(PrinterNews),
    /// The till has joined a company: the link can start.
    Joined,
    AskServer,
    RetryPrinter,
    Stop(Sender<()>),
}

/// A handle to the thread.
pub(crate) struct Surroundings {
    news: Sender<News>,
    board: Arc<Board>,
}

impl Surroundings {
    /// Starts link and printer beside `engine`.
    pub(crate) fn start(engine: Engine, trust: Trust, tell: Tell) -> Result<Self, Problem> {
        let (news, inbox) = channel();
        let board = Arc::new(Board::default());
        engine.subscribe_growth({
            let news = news.clone();
            move |growth| drop(news.send(News::Grew(growth)))
        });
        let printer = PrintWorker::start(engine.clone(), {
            let news = news.clone();
            move |heard| drop(news.send(News::Printer(heard)))
        })?;
        let keeper = Keeper { engine, trust, tell, board: Arc::clone(&board), news: news.clone(), printer, link: None, told: None };
        std::thread::Builder::new()
            .name("surroundings".to_owned())
            .spawn(move || keeper.keep(&inbox))
            .map_err(|fault| Problem::new(ErrorCode::Internal, format!("the link's and printer's thread cannot be started: {fault}")))?;
        Ok(Self { news, board })
    }

    /// The engine's status with what is known here.
    pub(crate) fn complete(&self, status: Status) -> Status {
        self.board.complete(status)
    }

    /// The till has joined a company.
    pub(crate) fn joined(&self) {
        self.send(News::Joined);
    }

    /// Asks the server now and waits for how that went, at most for `limit`.
    pub(crate) fn ask_server(&self, limit: Duration) {
        let before = self.board.times_settled();
        self.send(News::AskServer);
        self.board.wait_settled(before, limit);
    }

    /// The printer was set up anew.
    pub(crate) fn retry_printer(&self) {
        self.send(News::RetryPrinter);
    }

    /// Ends link and printer; what they are at is finished, but waited for no longer than `limit`.
    pub(crate) fn stop(&self, limit: Duration) {
        let (done, is_done) = channel();
        self.send(News::Stop(done));
        if is_done.recv_timeout(limit).is_err() {
            tracing::info!("link or printer are still at something; it goes on at the next start");
        }
    }

    fn send(&self, news: News) {
        // The thread ends only when it is told to.
        let _ = self.news.send(news);
    }
}

struct Keeper {
    engine: Engine,
    trust: Trust,
    tell: Tell,
    board: Arc<Board>,
    news: Sender<News>,
    printer: PrintWorker,
    link: Option<Background>,
    told: Option<Status>,
}

impl Keeper {
    fn keep(mut self, inbox: &Receiver<News>) {
        self.join();
        while let Ok(news) = inbox.recv() {
            // A burst of news is told once.
            for news in std::iter::once(news).chain(inbox.try_iter()) {
                if let News::Stop(done) = news {
                    drop(self);
                    let _ = done.send(());
                    return;
                }
                self.take(news);
            }
            self.tell_status();
        }
    }

    fn take(&mut self, news: News) {
        match news {
            News::Grew(Growth::Journal) => self.link.iter().for_each(Background::grew),
            News::Grew(Growth::PrintQueue) => self.printer.look(),
            // The service closes the till and opens it again.
            News::Grew(Growth::Damage) => {}
            News::Link(heard) => self.board.link(heard),
            News::Printer(heard) => self.board.printer(heard),
            News::Joined => self.join(),
            News::AskServer => self.link.iter().for_each(Background::ask_now),
            News::RetryPrinter => self.printer.retry(),
            News::Stop(_) => {}
        }
    }

    /// Starts the link once the till belongs to a company.
    fn join(&mut self) {
        // A link of before speaks as the device that this till was.
        self.link = None;
        let server = self.engine.read(|reader| Ok::<_, Problem>(reader.server()));
        let started = server.and_then(|server| {
            let Some(server) = server else { return Ok(None) };
            let news = self.news.clone();
            Background::start(self.engine.clone(), &server, &self.trust, move |heard| drop(news.send(News::Link(heard.clone())))).map(Some)
        });
        match started {
            Ok(link) => self.link = link,
            Err(problem) => {
                tracing::error!(%problem, "the link cannot be started");
                let failure = Failure { kind: FailureKind::Untrusted, detail: problem.detail };
                self.board.link(LinkNews { phase: Phase::Attention(failure), trouble: None, settled: true });
            }
        }
    }

    fn tell_status(&mut self) {
        match self.engine.read(duka_pos::Reader::status) {
            Ok(status) => {
                let status = self.board.complete(status);
                let same = self.told.as_ref().is_some_and(|told| told.link == status.link && told.printer == status.printer);
                if !same {
                    (self.tell)(Event::Status(Box::new(status.clone())));
                    self.told = Some(status);
                }
            }
            Err(problem) => tracing::error!(%problem, "the status cannot be read"),
        }
    }
}

#[cfg(test)]
mod tests;
