#ifndef FREED_MEMORY_H
#define FREED_MEMORY_H

/// Lets the process keep up to 256 MB of freed memory for what it needs next; does nothing where the allocator has no such setting.
///
/// A pass makes and drops the same arrays again and again. Given back to the system each time, their pages would be cleared anew, which takes
/// longer than what is computed in them.
void keep_freed_memory(void);

#endif
