import CZlib

extension FilePieces {
    /// What is packed in a gzip file (RFC 1952), as `gzip` and Python's gzip write it, several of them after each other too.
    ///
    /// A file that ends too early, as one that is still being written, ends where it does.
    package func unpacked() -> FilePieces {
        guard let gzip = GzipStream(self) else {
            return FilePieces { _ in .failure(NumberFileError("can't be unpacked: zlib does not start", expected: nil)) }
        }
        return FilePieces { memory in Result { () throws(NumberFileError) in try gzip.next(into: memory) } }
    }
}

private final class GzipStream {
    private let packed: FilePieces
    /// zlib remembers where it lies.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var isAtStart = true
    private var isAtEnd = false

    /// 15 bits of window, and 16 for the head and the checksum of gzip.
    private static let windowBits: Int32 = 15 + 16

    init?(_ packed: FilePieces) {
        self.packed = packed
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, Self.windowBits, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            input.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    func next(into memory: UnsafeMutableRawBufferPointer) throws(NumberFileError) -> Int {
        guard let start = memory.baseAddress, !memory.isEmpty else { return 0 }
        while !isAtEnd {
            if stream.pointee.avail_in == 0 {
                let count = try packed.next(into: input)
                guard count > 0 else {
                    isAtEnd = true
                    break
                }
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = uInt(truncatingIfNeeded: count)
            }
            let room = min(memory.count, 1 << 30)
            stream.pointee.next_out = start.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = uInt(truncatingIfNeeded: room)
            let status = inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw NumberFileError(
                    isAtStart ? "is no gzip file" : "is damaged: gzip can't unpack it", expected: "a file as gzip writes it")
            }
            isAtStart = false
            // Another may follow.
            if status == Z_STREAM_END { inflateReset2(stream, Self.windowBits) }
            let count = room - Int(stream.pointee.avail_out)
            if count > 0 { return count }
        }
        return 0
    }
}
