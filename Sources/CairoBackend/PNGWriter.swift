import CCairo

/// Writes a PNG (W3C, Portable Network Graphics, third edition): 8-bit palette where 256 colours do, else 8 bits a channel; no row filters,
/// which gain nothing on flat drawings and cost time.
package struct PNGWriter {
    package private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package init() {}

    /// Texts are written as iTXt under their keyword, in order.
    package mutating func write(
        _ raster: Raster, pixelsPerMeter: Int, texts: [(keyword: String, text: String)] = []
    ) throws(EncodingError) {
        let palette = Palette(of: raster)
        let colorType: UInt8 = palette != nil ? 3 : raster.isOpaque ? 2 : 6
        chunk("IHDR") {
            $0.append32(raster.width)
            $0.append32(raster.height)
            $0 += [8, colorType, 0, 0, 0]
        }
        if let palette {
            chunk("PLTE") { for color in palette.colors { $0 += [color.x, color.y, color.z] } }
            if !raster.isOpaque { chunk("tRNS") { for color in palette.colors { $0.append(color.w) } } }
        }
        chunk("pHYs") {
            $0.append32(pixelsPerMeter)
            $0.append32(pixelsPerMeter)
            $0.append(1)
        }
        for (keyword, text) in texts {
            // Neither compressed nor in a named language.
            chunk("iTXt") { $0 += Array(keyword.utf8) + [0, 0, 0, 0, 0] + Array(text.utf8.filter { $0 != 0 }) }
        }
        // Level 6 makes a coloured drawing 5% smaller than level 3 and takes 2.5 times as long; a palette is a third of the bytes to begin with.
        let data = try Deflate.compress(palette?.rows ?? raster.rows, level: palette == nil ? 3 : 6)
        chunk("IDAT") { $0 += data }
        chunk("IEND") { _ in }
    }

    private mutating func chunk(_ name: String, _ fill: (inout [UInt8]) -> Void) {
        var body: [UInt8] = Array(name.utf8)
        fill(&body)
        bytes.append32(body.count - 4)
        bytes += body
        bytes.append32(Int(body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }))
    }
}

extension [UInt8] {
    fileprivate mutating func append32(_ number: Int) {
        let bits = UInt32(truncatingIfNeeded: number)
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
}

enum Deflate {
    /// A zlib stream.
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
