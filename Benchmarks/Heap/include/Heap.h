#include <stddef.h>

/// Bytes that the program holds of the allocator; 0 where that does not tell.
size_t heap_bytes(void);
