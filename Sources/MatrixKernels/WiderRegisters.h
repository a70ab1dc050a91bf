// A fused multiply-add rounds once where two operations round twice: other last digits on machines that have it.
#pragma STDC FP_CONTRACT OFF
// How such vectors would be passed does not matter: every function that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// The same arithmetic for wider registers, chosen when the program starts; not under a sanitizer, which is not ready by then.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define for_wider_registers __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define for_wider_registers
#endif

#define inlined static inline __attribute__((always_inline))
