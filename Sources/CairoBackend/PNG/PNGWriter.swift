import CZlib

/// Writes a PNG (W3C, Portable Network Graphics, third edition): an 8-bit palette where 256 colours do, else 8 bits a channel.
/// No row filters: they gain nothing on flat drawings and cost time.
package struct PNGWriter {
    package private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package init() {}

    /// - Parameters:
    ///   - texts: written as iTXt chunks in order.
    ///   - hasFewColors: whether similar colours may be merged to fit into a palette.
    package mutating func write(
        _ raster: Raster, pixelsPerMeter: Int, texts: [(keyword: String, text: String)] = [], hasFewColors: Bool = false
    ) throws(EncodingError) {
        let palette = Palette(of: raster, tolerance: hasFewColors ? Palette.unseen : 0)
        writeHeader(of: raster, colorType: palette != nil ? 3 : raster.isOpaque ? 2 : 6)
        if let palette {
            bytes += PNGChunk.bytes("PLTE") { for color in palette.colors { $0 += [color.x, color.y, color.z] } }
            if !raster.isOpaque { bytes += PNGChunk.bytes("tRNS") { for color in palette.colors { $0.append(color.w) } } }
        }
        let place = write(texts, pixelsPerMeter: pixelsPerMeter)
        // Of full colour, level 6 makes a drawing 5% smaller than level 3 and takes 2.5 times as long.
        let data = try Deflate.compress(palette?.rows ?? raster.rows, level: palette == nil ? 3 : 6)
        bytes += PNGChunk.bytes("IDAT") { $0 += data }
        bytes += PNGChunk.bytes("IEND") { _ in }
        writeChecksum(at: place)
    }

    private mutating func writeHeader(of raster: Raster, colorType: UInt8) {
        bytes += PNGChunk.bytes("IHDR") {
            $0.append32(raster.width)
            $0.append32(raster.height)
            $0 += [8, colorType, 0, 0, 0]
        }
    }

    /// - Returns: the position for the file's checksum; nil if the texts are not those of a lesson.
    private mutating func write(_ texts: [(keyword: String, text: String)], pixelsPerMeter: Int) -> Int? {
        bytes += PNGChunk.bytes("pHYs") {
            $0.append32(pixelsPerMeter)
            $0.append32(pixelsPerMeter)
            $0.append(1)
        }
        for (keyword, text) in texts {
            bytes += PNGChunk.text(keyword, text)
        }
        return texts.contains { $0.keyword == LessonInPNG.digestKeyword } ? bytes.count : nil
    }

    private mutating func writeChecksum(at place: Int?) {
        guard let place else { return }
        let digits = FileChecksum.digits(of: bytes, without: place..<place)
        bytes.insert(contentsOf: PNGChunk.text(LessonInPNG.checksumKeyword, digits), at: place)
    }
}

enum PNGChunk {
    /// A chunk with its length and its checksum.
    static func bytes(_ name: String, _ fill: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0]
        bytes += name.utf8
        fill(&bytes)
        var length: [UInt8] = []
        length.append32(bytes.count - 8)
        bytes.replaceSubrange(0..<4, with: length)
        bytes.append32(check(of: bytes[4...]))
        return bytes
    }

    /// The most bytes that are written as they are: what a person may read there stays readable, and the numbers of a recording take little room.
    private static let mostPlain = 16_384

    static func text(_ keyword: String, _ text: String) -> [UInt8] {
        let plain = text.utf8.filter { $0 != 0 }
        let packed = plain.count > mostPlain ? try? Deflate.compress(plain, level: 9) : nil
        return bytes("iTXt") { $0 += Array(keyword.utf8) + [0, packed == nil ? 0 : 1, 0, 0, 0] + (packed ?? plain) }
    }

    /// The CRC-32 of a chunk's name and contents.
    static func check(of bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, uInt($0.count))) }
    }
}

extension [UInt8] {
    mutating func append32(_ number: Int) {
        let bits = UInt32(truncatingIfNeeded: number)
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
}

enum Deflate {
    /// What zlib packed, up to the size of a lesson; nil if it is damaged.
    static func unpacked(_ packed: ArraySlice<UInt8>) -> [UInt8]? {
        var size = uLongf(2 << 20)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let input = Array(packed)
        let status = uncompress(&bytes, &size, input, uLong(input.count))
        return status == Z_OK ? Array(bytes.prefix(Int(size))) : nil
    }

    /// The bytes as a zlib stream.
    static func compress(_ bytes: [UInt8], level: Int32) throws(EncodingError) -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        var status = Z_OK
        let compressed = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            status = compress2(buffer.baseAddress, &count, bytes, uLong(bytes.count), level)
            initialized = status == Z_OK ? Int(count) : 0
        }
        guard status == Z_OK else { throw .compression(Int(status)) }
        return compressed
    }
}
