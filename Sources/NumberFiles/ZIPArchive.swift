import CZlib
import Forms

/// A zip archive of stored and deflated files (PKWARE, APPNOTE 6.3), read by its directory. Of a file, no more memory is taken than the limit.
struct ZIPArchive {
    struct Member {
        let name: String
        /// Neither encrypted nor packed in another way than deflated.
        let isReadable: Bool
        let isDeflated: Bool
        let check: UInt
        let compressed: Int
        let size: Int
        /// Where the file's own head begins.
        let place: Int
    }

    private let bytes: [UInt8]
    /// Those with a name in UTF-8.
    let members: [Member]

    init(_ bytes: [UInt8]) throws(NumberFileError) {
        self.bytes = bytes
        guard let end = Self.directoryEnd(in: bytes), let count = bytes.number(at: end + 10, of: 2),
            let size = bytes.number(at: end + 12, of: 4), let start = bytes.number(at: end + 16, of: 4), start <= end, size == end - start
        else {
            throw NumberFileError(
                "is no .npz: it has no directory at its end", expected: "a zip archive, as numpy's savez writes it, and all of it")
        }
        var members: [Member] = []
        var place = start
        for number in 1...max(count, 1) where count > 0 {
            guard let signature = bytes.number(at: place, of: 4), signature == 0x0201_4B50, place + 46 <= end,
                let flags = bytes.number(at: place + 8, of: 2), let method = bytes.number(at: place + 10, of: 2),
                let check = bytes.number(at: place + 16, of: 4), let compressed = bytes.number(at: place + 20, of: 4),
                let size = bytes.number(at: place + 24, of: 4), let name = bytes.number(at: place + 28, of: 2),
                let extra = bytes.number(at: place + 30, of: 2), let comment = bytes.number(at: place + 32, of: 2),
                let head = bytes.number(at: place + 42, of: 4), place + 46 + name + extra + comment <= end
            else { throw NumberFileError("is damaged in entry \(number) of its directory", expected: "\(count) entries, as its end says") }
            let isReadable = flags & 0x2041 == 0 && [0, 8].contains(method)
            if let text = String(validating: bytes[(place + 46)..<place + 46 + name], as: UTF8.self) {
                members.append(
                    Member(
                        name: text, isReadable: isReadable, isDeflated: method == 8, check: UInt(check), compressed: compressed, size: size,
                        place: head))
            }
            place += 46 + name + extra + comment
        }
        self.members = members
    }

    /// A file of the archive, or its first bytes.
    /// - Parameter most: how many bytes are wanted; nil: all, and then their checksum is compared.
    func bytes(of member: Member, most: Int? = nil) throws(NumberFileError) -> [UInt8] {
        guard member.isReadable else {
            throw NumberFileError("has an array that is encrypted, or packed in another way than numpy does", expected: "numpy's savez")
        }
        guard let signature = bytes.number(at: member.place, of: 4), signature == 0x0403_4B50,
            let name = bytes.number(at: member.place + 26, of: 2), let extra = bytes.number(at: member.place + 28, of: 2),
            member.place + 30 + name + extra + member.compressed <= bytes.count
        else { throw Self.damaged }
        // Deflate makes at most 1032 bytes of one.
        let fits = member.isDeflated ? member.size / 1_032 <= member.compressed : member.size == member.compressed
        guard member.size <= Limits.numberFileBytes, fits else {
            throw NumberFileError(
                "says of an array that it has \(member.size.grouped) bytes, of \(member.compressed.grouped) in the file",
                expected: "at most \(Limits.numberFileBytes.grouped), and no more than these can hold")
        }
        let start = member.place + 30 + name + extra
        let packed = bytes[start..<start + member.compressed]
        let count = min(most ?? member.size, member.size)
        let found = member.isDeflated ? Self.inflated(packed, to: count, isWhole: most == nil) : Array(packed.prefix(count))
        guard let found, most != nil || Self.check(of: found) == member.check else { throw Self.damaged }
        return found
    }

    private static let damaged = NumberFileError(
        "is damaged: an array's bytes don't have its checksum", expected: "the file as numpy wrote it")

    /// Where the record at the archive's end begins: a comment of at most 65,535 bytes may follow it.
    private static func directoryEnd(in bytes: [UInt8]) -> Int? {
        guard bytes.count >= 22 else { return nil }
        return stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1).first { place in
            bytes[place] == 0x50 && bytes.number(at: place, of: 4) == 0x0605_4B50
                && bytes.number(at: place + 20, of: 2) == bytes.count - place - 22
        }
    }

    private static func check(of bytes: [UInt8]) -> UInt {
        bytes.withUnsafeBufferPointer { UInt(crc32(0, $0.baseAddress, uInt(truncatingIfNeeded: $0.count))) }
    }

    /// The first bytes of a deflated file; nil where it is damaged or shorter.
    /// - Parameter isWhole: whether nothing may be left after these, neither of the file nor of what it is packed in.
    private static func inflated(_ packed: ArraySlice<UInt8>, to count: Int, isWhole: Bool) -> [UInt8]? {
        var stream = z_stream()
        // Negative: without the head and the checksum of a zlib stream.
        guard inflateInit2_(&stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        // zlib declares its input as mutable, and leaves it alone.
        var input = Array(packed)
        // One more than it should have: what is longer than it says, is seen.
        var output = [UInt8](repeating: 0, count: count + (isWhole ? 1 : 0))
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, uInt(truncatingIfNeeded: input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, uInt(truncatingIfNeeded: output.count))
                status = inflate(&stream, isWhole ? Z_FINISH : Z_SYNC_FLUSH)
            }
        }
        let isRight = isWhole ? status == Z_STREAM_END && stream.avail_in == 0 : status == Z_OK || status == Z_STREAM_END
        guard isRight, Int(stream.total_out) == count else { return nil }
        return Array(output.prefix(count))
    }
}
