// A fused multiply-add rounds once instead of twice, so machines that have it would get other last digits.
#pragma STDC FP_CONTRACT OFF
// The warning is about how wide vectors are passed to functions; here every function that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Compiles a function for each width of registers; the choice is made when the program starts, before a sanitizer would be ready.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define for_wider_registers __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define for_wider_registers
#endif

#define inlined static inline __attribute__((always_inline))
