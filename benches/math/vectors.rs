//! Loops that call functions of 256-bit vectors.
#![expect(
    unsafe_code,
    reason = "instructions that not every processor has, and functions of others"
)]
#![expect(
    improper_ctypes_definitions,
    reason = "vectors are passed in registers, as the ABI of System V says"
)]

use std::arch::x86_64::*;

macro_rules! loops {
    ($one:ident $two:ident $map1:ident $map2:ident: $number:ty, $vector:ty, $lanes:literal, $load:ident, $store:ident) => {
        /// A function of a vector in a register.
        pub(crate) type $one = unsafe extern "C" fn($vector) -> $vector;

        /// A function of two vectors in registers.
        pub(crate) type $two = unsafe extern "C" fn($vector, $vector) -> $vector;

        /// Computes the whole vectors of a tile.
        ///
        /// # Safety
        /// The function is one of a vector, and has no requirement on its argument.
        #[target_feature(enable = "avx2,fma")]
        pub(crate) unsafe fn $map1(f: $one, x: &[$number], out: &mut [$number]) {
            let (x, out) = (x.as_chunks::<$lanes>().0, out.as_chunks_mut::<$lanes>().0);
            for (x, out) in x.iter().zip(out) {
                // SAFETY: an array as long as the vector.
                let x = unsafe { $load(x.as_ptr()) };
                // SAFETY: the caller's promise.
                let result = unsafe { f(x) };
                // SAFETY: an array as long as the vector.
                unsafe { $store(out.as_mut_ptr(), result) };
            }
        }

        /// Computes the whole vectors of a tile.
        ///
        /// # Safety
        /// The function is one of two vectors, and has no requirement on its arguments.
        #[target_feature(enable = "avx2,fma")]
        pub(crate) unsafe fn $map2(f: $two, x: &[$number], y: &[$number], out: &mut [$number]) {
            let (x, y) = (x.as_chunks::<$lanes>().0, y.as_chunks::<$lanes>().0);
            for ((x, y), out) in x.iter().zip(y).zip(out.as_chunks_mut::<$lanes>().0) {
                // SAFETY: an array as long as the vector.
                let x = unsafe { $load(x.as_ptr()) };
                // SAFETY: as above.
                let y = unsafe { $load(y.as_ptr()) };
                // SAFETY: the caller's promise.
                let result = unsafe { f(x, y) };
                // SAFETY: an array as long as the vector.
                unsafe { $store(out.as_mut_ptr(), result) };
            }
        }
    };
}

loops!(One4 Two4 map4 map4_two: f64, __m256d, 4, _mm256_loadu_pd, _mm256_storeu_pd);
loops!(One8 Two8 map8 map8_two: f32, __m256, 8, _mm256_loadu_ps, _mm256_storeu_ps);
