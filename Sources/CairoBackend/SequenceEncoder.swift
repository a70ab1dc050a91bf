package import Drawing

/// Encodes the pictures of a sequence as separate files. Parts that a picture shares with the one before are not encoded again. The bytes
/// depend only on the pictures and their order.
package struct SequenceEncoder {
    private let encoder: PictureEncoder
    private var rasters: RasterSequence
    private var bands = PNGBands()
    /// Whether a picture had more colours than fit into a palette; then the following ones are taken to have too.
    private var isInFullColor = false

    package init(_ encoder: PictureEncoder) {
        self.encoder = encoder
        rasters = RasterSequence(encoder)
    }

    /// The bytes of the next picture's file. Each format is a sequence of its own.
    package mutating func encode(_ picture: Picture, as format: PictureFormat) throws(EncodingError) -> [UInt8] {
        switch format {
        case .svg, .pdf: try encoder.encode(picture, as: format)
        // Colours are reduced for each picture by itself.
        case .png: picture.look.hasFewColors ? try encoder.encode(picture, as: .png) : try encodePNG(picture)
        }
    }

    private mutating func encodePNG(_ picture: Picture) throws(EncodingError) -> [UInt8] {
        let drawn = try rasters.draw(picture)
        var writer = PNGWriter()
        if !isInFullColor, let palette = Palette(of: rasters.raster) {
            try writer.write(
                palette, of: rasters.raster, pixelsPerMeter: PictureEncoder.pixelsPerMeter(of: picture.size), texts: picture.pngTexts)
            return writer.bytes
        }
        let isFirst = !isInFullColor || drawn == nil
        isInFullColor = true
        if drawn == nil { bands = PNGBands() }
        try bands.update(to: rasters.raster) { rows in isFirst || drawn?.contains { $0.overlaps(rows) } != false }
        writer.write(bands, of: rasters.raster, pixelsPerMeter: PictureEncoder.pixelsPerMeter(of: picture.size), texts: picture.pngTexts)
        return writer.bytes
    }
}
