#include <stddef.h>
#include <stdint.h>

// libFuzzer's own mutation, which looks at what inputs have reached so far.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
