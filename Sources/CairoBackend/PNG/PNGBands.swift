import CCairo

/// The pixels of a PNG in full colour, compressed in bands of rows with a chunk each, so that bands which do not change can be reused.
package struct PNGBands {
    private struct Band {
        let chunk: [UInt8]
        let adler: uLong
        let byteCount: Int
    }

    private static let rowsPerBand = 32

    private var bands: [Band] = []

    init() {}

    init(_ raster: Raster) throws(EncodingError) { try update(to: raster) { _ in true } }

    /// - Parameter hasChanged: whether any of the rows differs from the previous picture.
    mutating func update(to raster: Raster, where hasChanged: (Range<Int>) -> Bool) throws(EncodingError) {
        var deflater = try RowDeflater(raster)
        for (number, start) in stride(from: 0, to: raster.height, by: Self.rowsPerBand).enumerated() {
            let rows = start..<min(start + Self.rowsPerBand, raster.height)
            // The first rows of a band may be encoded as repetitions of the row above it, which must not have changed either.
            if number < bands.count, !hasChanged(max(0, start - 1)..<rows.upperBound) { continue }
            let part = try deflater.part(rows)
            let band = Band(chunk: PNGChunk.bytes("IDAT") { $0 += part.bytes }, adler: part.adler, byteCount: part.byteCount)
            if number < bands.count { bands[number] = band } else { bands.append(band) }
        }
    }

    /// Appends a zlib stream (RFC 1950): the header, the bands, an empty last block and the checksum of all pixels.
    func append(to bytes: inout [UInt8]) {
        bytes += PNGChunk.bytes("IDAT") { $0 += [0x78, 0x01] }
        var adler: uLong = 1
        for band in bands {
            bytes += band.chunk
            adler = adler32_combine(adler, band.adler, band.byteCount)
        }
        bytes += PNGChunk.bytes("IDAT") {
            $0 += [0x03, 0x00]
            $0.append32(Int(adler))
        }
    }
}

/// Deflates rows of a raster. Many rows repeat the one above; the bytes for eight such rows are made only once.
private struct RowDeflater: ~Copyable {
    struct Part {
        fileprivate(set) var bytes: [UInt8] = []
        fileprivate(set) var adler: uLong = 1
        /// The number of bytes before compression.
        fileprivate(set) var byteCount = 0

        fileprivate mutating func append(_ next: Part) {
            bytes += next.bytes
            adler = adler32_combine(adler, next.adler, next.byteCount)
            byteCount += next.byteCount
        }
    }

    private static let rowsPerRepeat = 8

    private let raster: Raster
    private var parts: DeflateParts
    private var repeated: Part?

    init(_ raster: Raster) throws(EncodingError) {
        self.raster = raster
        // Level 6 makes a coloured drawing 5% smaller than level 3 and takes 2.5 times as long. Memory level 9 makes it as small as 7 does,
        // and takes 25% longer, most of it to clear the memory.
        parts = try DeflateParts(level: 3, memoryLevel: 7)
    }

    mutating func part(_ rows: Range<Int>) throws(EncodingError) -> Part {
        var part = Part()
        var fresh = rows.lowerBound..<rows.lowerBound
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsPerRepeat) {
            let group = start..<min(start + Self.rowsPerRepeat, rows.upperBound)
            if group.count == Self.rowsPerRepeat, raster.repeatsRowAbove(group) {
                if !fresh.isEmpty { part.append(try deflated(raster.bytes(of: fresh))) }
                part.append(try repetition())
                fresh = group.upperBound..<group.upperBound
            } else {
                fresh = fresh.lowerBound..<group.upperBound
            }
        }
        if !fresh.isEmpty { part.append(try deflated(raster.bytes(of: fresh))) }
        return part
    }

    /// Eight rows that are the same as the row above: filter type 2, then 0 for each byte.
    private mutating func repetition() throws(EncodingError) -> Part {
        if let repeated { return repeated }
        let row = [2] + [UInt8](repeating: 0, count: raster.width * raster.bytesPerPixel)
        let part = try deflated(Array(repeatElement(row, count: Self.rowsPerRepeat).joined()))
        repeated = part
        return part
    }

    private mutating func deflated(_ bytes: [UInt8]) throws(EncodingError) -> Part {
        Part(bytes: try parts.part(bytes), adler: adler32(1, bytes, uInt(bytes.count)), byteCount: bytes.count)
    }
}

extension Raster {
    fileprivate func repeatsRowAbove(_ rows: Range<Int>) -> Bool {
        guard rows.lowerBound > 0 else { return false }
        // If each row equals the one above, all pixels equal those one row earlier.
        let (place, count) = (rows.lowerBound * width, rows.count * width)
        return pixels.withUnsafeBufferPointer {
            memcmp($0.baseAddress! + place, $0.baseAddress! + place - width, count * MemoryLayout<UInt32>.stride) == 0
        }
    }
}
