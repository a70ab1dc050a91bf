#include <stddef.h>

/// The bytes that the program has allocated; 0 if the allocator can't tell.
size_t heap_bytes(void);
