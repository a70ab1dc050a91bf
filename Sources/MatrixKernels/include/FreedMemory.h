#ifndef FREED_MEMORY_H
#define FREED_MEMORY_H

/// Lets the process keep up to 256 MB of freed memory for later allocations; does nothing where the allocator has no such setting.
///
/// A pass allocates and frees arrays of the same sizes again and again. If they went back to the system each time, it would clear their
/// pages again, which takes longer than the arithmetic on them.
void keep_freed_memory(void);

#endif
