import CCairo
package import Drawing

/// Turns pictures into files. The same picture gives the same bytes, whatever was drawn before and on however many threads.
package struct PictureEncoder: Sendable {
    let book: FontBook

    /// Pixels per point of a PNG: 144 to the inch. A picture that would be wider than 1,920 pixels, which is all that a projector shows, gets
    /// fewer, but at least 90 to the inch: its smallest type must stay legible.
    static func pixelsPerPoint(of size: Size) -> Double { min(2, max(1.25, 1920 / size.width)) }
    /// A PNG's pixels, so that a mistaken size does not take all memory.
    static let mostPixels = 100_000_000

    package init(_ book: FontBook) { self.book = book }

    /// The whole file.
    package func encode(_ picture: Picture, as format: PictureFormat) throws(EncodingError) -> [UInt8] {
        switch format {
        case .svg: try svg(of: picture).document
        case .pdf: try encodePDF(pages: [picture])
        case .png: try encodePNG(picture)
        }
    }
}

extension PictureEncoder {
    /// The `svg` element alone, to stand inside an HTML page. Its ids are its own: several may stand in one page.
    func encodeInlineSVG(_ picture: Picture) throws(EncodingError) -> String {
        String(decoding: try svg(of: picture).element, as: UTF8.self)
    }

    private func svg(of picture: Picture) throws(EncodingError) -> SVGDocument {
        try picture.validate()
        return SVGDocument(SVGElement.all(of: picture, book), of: picture)
    }

    private func encodePNG(_ picture: Picture) throws(EncodingError) -> [UInt8] {
        let pixels = try raster(of: picture)
        var writer = PNGWriter()
        try writer.write(
            pixels, pixelsPerMeter: Self.pixelsPerMeter(of: picture.size), texts: picture.pngTexts, hasFewColors: picture.look.hasFewColors)
        return writer.bytes
    }

    static func pixelsPerMeter(of size: Size) -> Int { Int((pixelsPerPoint(of: size) * 72 / 0.0254).rounded()) }

    /// The pixels of a PNG, as Cairo draws them.
    func raster(of picture: Picture) throws(EncodingError) -> Raster {
        try picture.validate()
        let scale = Self.pixelsPerPoint(of: picture.size)
        let width = Int((picture.size.width * scale).rounded(.up))
        let height = Int((picture.size.height * scale).rounded(.up))
        guard width * height <= Self.mostPixels else { throw .pixels(width * height, limit: Self.mostPixels) }
        var raster = Raster(width: width, height: height, isOpaque: picture.background.opacity == 1)
        try raster.withSurface { (surface) throws(EncodingError) in
            try draw(on: surface, scale: scale, theme: .named(picture.look.theme)) { (canvas) throws(EncodingError) in
                try canvas.draw(picture)
            }
        }
        return raster
    }

    /// Takes over the surface.
    func draw(
        on surface: OpaquePointer?, scale: Double, theme: Theme, _ draw: (Canvas) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        try book.pool.withSet { (faces) throws(EncodingError) in
            let canvas = Canvas(surface, theme: theme, book: book, faces: faces)
            canvas.scale(scale)
            try draw(canvas)
            try canvas.finish()
        }
    }
}

/// Pixels as Cairo has them: 0xAARRGGBB, colours multiplied by alpha; where opaque, the top byte means nothing.
package struct Raster: Sendable {
    let width, height: Int
    let isOpaque: Bool
    /// Row by row.
    private(set) var pixels: [UInt32]

    package init(width: Int, height: Int, isOpaque: Bool) {
        self.width = width
        self.height = height
        self.isOpaque = isOpaque
        pixels = [UInt32](repeating: 0, count: width * height)
    }

    /// Gives each pixel a value, by its place row by row.
    mutating func paint(_ value: (Int) -> UInt32) { for place in pixels.indices { pixels[place] = value(place) } }

    /// Calls `body` with a surface whose pixels these are; whoever takes it over must be done with it when `body` returns.
    package mutating func withSurface(_ body: (OpaquePointer?) throws(EncodingError) -> Void) throws(EncodingError) {
        let (width, height) = (Int32(width), Int32(height))
        let format = isOpaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32
        try pixels.withUnsafeMutableBufferPointer { (pixels) throws(EncodingError) in
            let bytes = UnsafeMutableRawPointer(pixels.baseAddress)?.assumingMemoryBound(to: UInt8.self)
            try body(cairo_image_surface_create_for_data(bytes, format, width, height, 4 * width))
        }
    }
}
