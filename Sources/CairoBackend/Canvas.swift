import CCairo
import Drawing

/// Items that are drawn once and painted several times. A PDF contains them only once.
final class Recording {
    let surface: OpaquePointer?

    init(_ items: some Sequence<DisplayList.Item>, size: Size, theme: Theme, book: FontBook, faces: FaceSet) throws(EncodingError) {
        var extents = cairo_rectangle_t(x: 0, y: 0, width: size.width, height: size.height)
        surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents)
        try Canvas(cairo_surface_reference(surface), theme: theme, book: book, faces: faces).draw(items)
    }

    deinit { cairo_surface_destroy(surface) }
}

/// A Cairo surface with the context that draws on it. It is made, used and finished within one function.
final class Canvas {
    let surface: OpaquePointer?
    private let context: OpaquePointer?
    /// The theme for everything drawn from now on.
    var theme: Theme
    private let book: FontBook
    private let faces: FaceSet

    /// Takes ownership of the surface.
    init(_ surface: OpaquePointer?, theme: Theme, book: FontBook, faces: FaceSet) {
        self.surface = surface
        self.theme = theme
        self.book = book
        self.faces = faces
        context = cairo_create(surface)
        // With hinted metrics the layouts of PNG and PDF would differ by up to 3%.
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_set_font_options(context, options)
        cairo_font_options_destroy(options)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    func scale(_ factor: Double) { cairo_scale(context, factor, factor) }

    func draw(_ picture: Picture) throws(EncodingError) {
        paint(picture.background)
        try draw(picture.content.items)
    }

    func paint(_ paint: Paint) {
        guard paint.opacity > 0 else { return }
        setSource(paint)
        cairo_paint(context)
    }

    /// Draws a recording.
    func paint(_ recording: Recording) {
        cairo_set_source_surface(context, recording.surface, 0, 0)
        cairo_paint(context)
    }

    func endPage() { cairo_show_page(context) }

    /// Finishes writing, and throws if anything failed since the canvas was made.
    func finish() throws(EncodingError) {
        try check(cairo_status(context))
        cairo_surface_finish(surface)
        try check(cairo_surface_status(surface))
    }

    private func check(_ status: cairo_status_t) throws(EncodingError) {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw .cairo(cairo_status_to_string(status).map { String(cString: $0) } ?? "status \(status.rawValue)")
    }

    func draw(_ items: some Sequence<DisplayList.Item>) throws(EncodingError) {
        for item in items {
            switch item {
            case .fill(let path, let paint):
                add(path)
                setSource(paint)
                cairo_fill(context)
            case .stroke(let path, let stroke):
                add(path)
                set(stroke)
                cairo_stroke(context)
            case .text(let run): try draw(run)
            case .clipped(let rect, let inside):
                cairo_save(context)
                cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
                cairo_clip(context)
                try draw(inside)
                cairo_restore(context)
            case .group(_, let inside): try draw(inside)
            }
        }
    }

    private func setSource(_ paint: Paint) {
        let color = theme.color(of: paint)
        cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
    }

    private func add(_ path: Path) {
        cairo_new_path(context)
        for element in path.elements {
            switch element {
            case .move(let point): cairo_move_to(context, point.x, point.y)
            case .line(let point): cairo_line_to(context, point.x, point.y)
            case .curve(let a, let b, let end): cairo_curve_to(context, a.x, a.y, b.x, b.y, end.x, end.y)
            case .close: cairo_close_path(context)
            }
        }
    }

    private func set(_ stroke: Stroke) {
        setSource(stroke.color)
        cairo_set_line_width(context, stroke.width)
        cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
        switch stroke.cap {
        case .butt: cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        case .round: cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        case .square: cairo_set_line_cap(context, CAIRO_LINE_CAP_SQUARE)
        }
        switch stroke.join {
        case .miter: cairo_set_line_join(context, CAIRO_LINE_JOIN_MITER)
        case .round: cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        case .bevel: cairo_set_line_join(context, CAIRO_LINE_JOIN_BEVEL)
        }
    }
}

// Text
extension Canvas {
    private func draw(_ run: TextRun) throws(EncodingError) {
        let line = book.line(run.text, in: FontStyle(run.font))
        cairo_save(context)
        cairo_translate(context, run.origin.x, run.origin.y)
        if run.rotation != 0 { rotate(by: run.rotation) }
        if let halo = run.halo, let box = line.halo(size: run.font.size, followsText: run.followsText) {
            add(box)
            setSource(halo)
            cairo_fill(context)
        }
        setSource(run.color)
        for piece in line.pieces {
            try select(piece, size: run.font.size)
            show(piece, size: run.font.size)
        }
        cairo_restore(context)
    }

    /// Uses `Point.rotated(by:)`, which is exact for quarter turns, unlike cairo_rotate.
    private func rotate(by angle: Double) {
        let x = Point(1, 0).rotated(by: angle)
        var matrix = cairo_matrix_t(xx: x.x, yx: x.y, xy: -x.y, yy: x.x, x0: 0, y0: 0)
        cairo_transform(context, &matrix)
    }

    private func select(_ piece: GlyphLine.Piece, size: Double) throws(EncodingError) {
        do throws(FontError) {
            cairo_set_font_face(context, try faces.cairoFace(for: piece.file))
        } catch {
            throw .cairo(error.description)
        }
        let size = size * piece.scale
        var matrix = cairo_matrix_t(
            xx: size, yx: 0, xy: piece.sheared ? -Glyph.shear * size : 0, yy: size, x0: 0, y0: 0)
        cairo_set_font_matrix(context, &matrix)
    }

    /// Passes the text along with the glyphs, so that it can be copied from a PDF and searched there.
    private func show(_ piece: GlyphLine.Piece, size: Double) {
        let glyphs = piece.cairoGlyphs(size: size)
        let clusters = piece.clusters.map { cairo_text_cluster_t(num_bytes: $0.bytes, num_glyphs: $0.glyphs) }
        piece.utf8.withUnsafeBytes { bytes in
            cairo_show_text_glyphs(
                context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), glyphs,
                Int32(glyphs.count), clusters, Int32(clusters.count), cairo_text_cluster_flags_t(rawValue: 0))
        }
    }
}

extension GlyphLine.Piece {
    fileprivate func cairoGlyphs(size: Double) -> [cairo_glyph_t] {
        glyphs.map { cairo_glyph_t(index: UInt($0.index), x: $0.x * size, y: 0) }
    }
}
