//! Short tones, so that a cashier need not look up.

use crate::preference::{Preference, recall};
use std::cell::RefCell;
use web_sys::{AudioContext, AudioContextState, OscillatorType};

/// What is told by ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// One short high note: taken.
    Accepted,
    /// Two low notes: look at the screen.
    NotFound,
    /// Two rising notes: the sale is done.
    Done,
}

impl Tone {
    /// Frequency (Hz), begin and length (s) of each note.
    const fn notes(self) -> &'static [(f32, f64, f64)] {
        match self {
            Self::Accepted => &[(1_320.0, 0.0, 0.07)],
            Self::NotFound => &[(220.0, 0.0, 0.14), (185.0, 0.18, 0.22)],
            Self::Done => &[(880.0, 0.0, 0.09), (1_320.0, 0.1, 0.16)],
        }
    }
}

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Plays a tone unless sounds are off. A computer without sound stays silent.
pub fn play(tone: Tone) {
    if recall(Preference::Sound).as_deref() == Some("off") {
        return;
    }
    CONTEXT.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = AudioContext::new().ok();
        }
        if let Some(context) = kept {
            let _silent = sound(context, tone);
        }
    });
}

fn sound(context: &AudioContext, tone: Tone) -> Result<(), wasm_bindgen::JsValue> {
    if context.state() == AudioContextState::Suspended {
        let _resumes_with_the_first_key = context.resume()?;
    }
    for (frequency, begin, length) in tone.notes() {
        let (from, to) = (context.current_time() + begin, context.current_time() + begin + length);
        let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
        oscillator.set_type(OscillatorType::Triangle);
        oscillator.frequency().set_value(*frequency);
        gain.gain().set_value_at_time(0.0, from)?;
        gain.gain().linear_ramp_to_value_at_time(0.18, from + 0.008)?;
        gain.gain().linear_ramp_to_value_at_time(0.0, to)?;
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&context.destination())?;
        oscillator.start_with_when(from)?;
        oscillator.stop_with_when(to)?;
    }
    Ok(())
}
