// A fused multiply-add rounds once instead of twice, so machines that have it would get other last digits.
#pragma STDC FP_CONTRACT OFF
// The warning is about how wide vectors are passed to functions; here every function that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Compiles a function once more for each width of registers, and chooses when the program starts. Not under a sanitizer, which is not ready
// by then.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define for_wider_registers __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define for_wider_registers
#endif

#define inlined static inline __attribute__((always_inline))
