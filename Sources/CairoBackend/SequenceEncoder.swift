package import Drawing

/// Turns pictures that follow each other into files, each of which stands on its own. What a picture repeats of the one before is not made again; the bytes depend on
/// the pictures of the sequence and their order alone.
package struct SequenceEncoder {
    private let encoder: PictureEncoder
    private var rasters: RasterSequence
    private var bands = PNGBands()
    /// Whether a picture had more colours than a palette holds: the following will, too.
    private var isInFullColor = false

    package init(_ encoder: PictureEncoder) {
        self.encoder = encoder
        rasters = RasterSequence(encoder)
    }

    /// The whole file. Each format is a sequence of its own.
    package mutating func encode(_ picture: Picture, as format: PictureFormat) throws(EncodingError) -> [UInt8] {
        switch format {
        case .svg, .pdf: try encoder.encode(picture, as: format)
        // Colours that stand for others are chosen for each picture by itself.
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
