//! The same functions in other libraries.
#![expect(unsafe_code, reason = "functions of others are called by address")]

use std::path::Path;

use super::common::has_avx2;
use super::libraries::{Shared, Symbol};
use super::options::Options;
#[cfg(target_arch = "x86_64")]
use super::vectors;

/// A function of one number over a tile.
pub(crate) type Map1<T> = Box<dyn Fn(&[T], &mut [T])>;

/// A function of two numbers over a tile.
pub(crate) type Map2<T> = Box<dyn Fn(&[T], &[T], &mut [T])>;

/// A library of elementary functions.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Library {
    Svml,
    Libmvec,
    Sleef,
    Glibc,
}

impl Library {
    pub(crate) const ALL: &'static [Library] =
        &[Library::Svml, Library::Libmvec, Library::Sleef, Library::Glibc];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Library::Svml => "SVML",
            Library::Libmvec => "libmvec",
            Library::Sleef => "SLEEF",
            Library::Glibc => "glibc",
        }
    }

    /// Returns what it may call the function that C calls `name`, the wanted accuracy first.
    fn symbols<T: Number>(self, name: &str, arguments: usize) -> Vec<String> {
        let (letter, lanes) = (T::LETTER, T::LANES);
        match self {
            // Correctly rounded, high accuracy, and the one of those that are always exact.
            Library::Svml => {
                let sets = if T::IS_NARROW { &["cr_", "ha_"][..] } else { &["ha_"] };
                let sets = sets.iter().copied().chain((name == "fmod").then_some(""));
                sets.map(|set| format!("__svml_{name}{letter}{lanes}_{set}l9")).collect()
            }
            Library::Libmvec => {
                vec![format!("_ZGVdN{lanes}{}_{name}{letter}", "v".repeat(arguments))]
            }
            // The best of those with at most about 1 ULP: 1.0, for some functions 1.5 or 0.5, and exact ones.
            Library::Sleef => {
                let kind = if T::IS_NARROW { "f" } else { "d" };
                let sets = ["u10", "u15", "u05", ""].iter();
                sets.map(|set| format!("Sleef_{name}{kind}{lanes}_{set}avx2")).collect()
            }
            Library::Glibc => vec![format!("{name}{letter}")],
        }
    }
}

/// The libraries that are there.
pub(crate) struct Peers {
    open: Vec<(Library, Shared)>,
    /// A line about each that is not.
    pub(crate) absent: Vec<String>,
}

impl Peers {
    pub(crate) fn open(options: &Options) -> Peers {
        let mut peers = Peers { open: Vec::new(), absent: Vec::new() };
        for &library in Library::ALL {
            let title = library.title();
            let path = match library {
                Library::Svml => options.svml.as_deref(),
                Library::Libmvec => Some("libmvec.so.1"),
                Library::Sleef => options.sleef.as_deref(),
                Library::Glibc => Some("libm.so.6"),
            };
            let Some(path) = path else {
                let option = title.to_lowercase();
                peers.absent.push(format!("{title}: left out, `--{option} PATH` says where it is"));
                continue;
            };
            if library != Library::Glibc && !has_avx2() {
                peers.absent.push(format!("{title}: left out, this processor has no AVX2"));
                continue;
            }
            if library == Library::Svml {
                // It needs this library beside it, whatever the loader's path is.
                Shared::open(&Path::new(path).with_file_name("libintlc.so.5").to_string_lossy());
            }
            match Shared::open(path) {
                Some(shared) => peers.open.push((library, shared)),
                None => peers.absent.push(format!("{title}: left out, `{path}` cannot be opened")),
            }
        }
        peers
    }

    /// Returns the function that `numjit` calls `name`, if the library has it.
    pub(crate) fn one<T: Number>(&self, library: Library, name: &str) -> Option<Map1<T>> {
        let symbol = self.find::<T>(library, name, 1)?;
        if library == Library::Glibc {
            // SAFETY: a function of the C library, of as many numbers.
            unsafe { T::scalar1(symbol) }
        } else {
            // SAFETY: the name says that it is of such vectors, and the library is only open with AVX2.
            unsafe { T::vector1(symbol) }
        }
    }

    /// Returns the function that `numjit` calls `name`, if the library has it.
    pub(crate) fn two<T: Number>(&self, library: Library, name: &str) -> Option<Map2<T>> {
        let symbol = self.find::<T>(library, name, 2)?;
        if library == Library::Glibc {
            // SAFETY: a function of the C library, of as many numbers.
            unsafe { T::scalar2(symbol) }
        } else {
            // SAFETY: the name says that it is of such vectors, and the library is only open with AVX2.
            unsafe { T::vector2(symbol) }
        }
    }

    fn find<T: Number>(&self, library: Library, name: &str, arguments: usize) -> Option<Symbol> {
        let (_, shared) = self.open.iter().find(|(open, _)| *open == library)?;
        let names = library.symbols::<T>(&name_in_c(name), arguments);
        names.iter().find_map(|name| shared.symbol(name))
    }
}

fn name_in_c(name: &str) -> String {
    match name {
        "power" => "pow".to_owned(),
        "gamma" => "tgamma".to_owned(),
        name => name.replacen("arc", "a", 1),
    }
}

/// An element, and how functions of it are called.
pub(crate) trait Number: numjit::testing::Number + Default + 'static {
    const NAME: &'static str;
    const IS_NARROW: bool;
    /// What names of functions in C end in.
    const LETTER: &'static str;
    /// How many of them are a vector of AVX2.
    const LANES: usize;

    /// Rounds a number.
    fn of(x: f64) -> Self;

    /// # Safety
    /// It is a function of C with one argument.
    unsafe fn scalar1(symbol: Symbol) -> Option<Map1<Self>>;

    /// # Safety
    /// It is a function of C with two arguments.
    unsafe fn scalar2(symbol: Symbol) -> Option<Map2<Self>>;

    /// # Safety
    /// It is a function of one vector of AVX2, which this processor has.
    unsafe fn vector1(symbol: Symbol) -> Option<Map1<Self>>;

    /// # Safety
    /// It is a function of two vectors of AVX2, which this processor has.
    unsafe fn vector2(symbol: Symbol) -> Option<Map2<Self>>;
}

macro_rules! number {
    ($number:ty, $narrow:literal, $letter:literal, $lanes:literal, $one:ident $map1:ident, $two:ident $map2:ident) => {
        impl Number for $number {
            const NAME: &'static str = stringify!($number);
            const IS_NARROW: bool = $narrow;
            const LETTER: &'static str = $letter;
            const LANES: usize = $lanes;

            fn of(x: f64) -> $number {
                x as $number
            }

            unsafe fn scalar1(symbol: Symbol) -> Option<Map1<$number>> {
                type One = unsafe extern "C" fn($number) -> $number;
                // SAFETY: the caller's promise.
                let f = unsafe { std::mem::transmute::<Symbol, One>(symbol) };
                Some(Box::new(move |x, out| {
                    for (x, out) in x.iter().zip(out) {
                        // SAFETY: functions of numbers need nothing.
                        *out = unsafe { f(*x) };
                    }
                }))
            }

            unsafe fn scalar2(symbol: Symbol) -> Option<Map2<$number>> {
                type Two = unsafe extern "C" fn($number, $number) -> $number;
                // SAFETY: the caller's promise.
                let f = unsafe { std::mem::transmute::<Symbol, Two>(symbol) };
                Some(Box::new(move |x, y, out| {
                    for ((x, y), out) in x.iter().zip(y).zip(out) {
                        // SAFETY: functions of numbers need nothing.
                        *out = unsafe { f(*x, *y) };
                    }
                }))
            }

            #[cfg(target_arch = "x86_64")]
            unsafe fn vector1(symbol: Symbol) -> Option<Map1<$number>> {
                // SAFETY: the caller's promise.
                let f = unsafe { std::mem::transmute::<Symbol, vectors::$one>(symbol) };
                // SAFETY: the caller's promise.
                Some(Box::new(move |x, out| unsafe { vectors::$map1(f, x, out) }))
            }

            #[cfg(target_arch = "x86_64")]
            unsafe fn vector2(symbol: Symbol) -> Option<Map2<$number>> {
                // SAFETY: the caller's promise.
                let f = unsafe { std::mem::transmute::<Symbol, vectors::$two>(symbol) };
                // SAFETY: the caller's promise.
                Some(Box::new(move |x, y, out| unsafe { vectors::$map2(f, x, y, out) }))
            }

            #[cfg(not(target_arch = "x86_64"))]
            unsafe fn vector1(_: Symbol) -> Option<Map1<$number>> {
                None
            }

            #[cfg(not(target_arch = "x86_64"))]
            unsafe fn vector2(_: Symbol) -> Option<Map2<$number>> {
                None
            }
        }
    };
}

number!(f64, false, "", 4, One4 map4, Two4 map4_two);
number!(f32, true, "f", 8, One8 map8, Two8 map8_two);
