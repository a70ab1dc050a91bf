import CCairo

/// The pixels of a PNG in full colour as bands of rows, a chunk each. Where few rows change from one picture to the next, the other bands stay as they are.
package struct PNGBands {
    private struct Band {
        let chunk: [UInt8]
        let adler: uLong
        let byteCount: Int
    }

    private static let rowsPerBand = 32

    private var bands: [Band] = []

    init() {}

    init(_ raster: Raster) { update(to: raster) { _ in true } }

    /// - Parameter hasChanged: whether any of these rows is another than before.
    mutating func update(to raster: Raster, where hasChanged: (Range<Int>) -> Bool) {
        for (number, start) in stride(from: 0, to: raster.height, by: Self.rowsPerBand).enumerated() {
            let rows = start..<min(start + Self.rowsPerBand, raster.height)
            if number < bands.count, !hasChanged(rows) { continue }
            let deflated = FlatDeflate(raster, rows: rows)
            let band = Band(
                chunk: PNGChunk.bytes("IDAT") { $0 += deflated.bytes }, adler: deflated.adler,
                byteCount: rows.count * (raster.width * (raster.isOpaque ? 3 : 4) + 1))
            if number < bands.count { bands[number] = band } else { bands.append(band) }
        }
    }

    /// A zlib stream (RFC 1950): its head, the bands, a last block with nothing in it, and the check of all.
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
