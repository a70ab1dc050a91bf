import CCairo
package import Drawing

/// Encodes pictures as files. The same picture always gives the same bytes, whatever was drawn before and on however many threads.
package struct PictureEncoder: Sendable {
    let book: FontBook

    /// Pixels per point of a PNG: 2, which is 144 per inch. A picture that would be wider than the 1,920 pixels of a projector gets fewer,
    /// but at least 1.25, which is 90 per inch and keeps the smallest type legible. A look may ask for another number.
    static func pixelsPerPoint(of picture: Picture) -> Double {
        picture.look.pixelsPerInch.map { Double($0) / 72 } ?? min(2, max(1.25, 1920 / picture.size.width))
    }
    /// The most pixels of a PNG, so that a mistaken size does not exhaust the memory.
    static let mostPixels = 100_000_000

    package init(_ book: FontBook) { self.book = book }

    /// The bytes of the file.
    package func encode(_ picture: Picture, as format: PictureFormat) throws(EncodingError) -> [UInt8] {
        switch format {
        case .svg: try svg(of: picture).document
        case .pdf: try encodePDF(pages: [picture])
        case .png: try encodePNG(picture)
        }
    }
}

extension PictureEncoder {
    /// The `svg` element alone, for an HTML page. Its ids are unique to the picture, so that a page may contain several.
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
            pixels, pixelsPerMeter: Self.pixelsPerMeter(of: picture), texts: picture.pngTexts, hasFewColors: picture.look.hasFewColors)
        return writer.bytes
    }

    static func pixelsPerMeter(of picture: Picture) -> Int { Int((pixelsPerPoint(of: picture) * 72 / 0.0254).rounded()) }

    /// The pixels of a PNG, drawn by Cairo.
    func raster(of picture: Picture) throws(EncodingError) -> Raster {
        try picture.validate()
        let scale = Self.pixelsPerPoint(of: picture)
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

    /// Takes ownership of the surface.
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

/// Pixels in Cairo's format: 0xAARRGGBB, premultiplied by alpha. If opaque, the top byte is unused.
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

    /// Sets each pixel to the value for its index, counted row by row.
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
