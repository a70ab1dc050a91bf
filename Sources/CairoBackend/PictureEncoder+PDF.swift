import CCairo
package import Drawing
import Escaping

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension PictureEncoder {
    /// A document with one page per picture, each with its own size and with its title in the outline. The document's title is that of the
    /// first page's lesson or else of the page unless one is given, and its lesson is the first that a page has.
    package func encodePDF(pages: [Picture], title: String? = nil) throws(EncodingError) -> [UInt8] {
        try encodePDF(pageCount: pages.count, title: title) { pages[$0] }
    }

    /// The same with each page made just before it is drawn and then freed, so that a long document does not take more memory.
    /// - Parameter made: makes a page, given its index from 0.
    package func encodePDF(pageCount: Int, title: String? = nil, page made: (Int) -> Picture) throws(EncodingError) -> [UInt8] {
        guard pageCount > 0 else { throw .noPages }
        let first = made(0)
        var source = first.source
        var tagged: [PDFCompletion.Page] = []
        let stream = ByteStream()
        try book.pool.withSet { (faces) throws(EncodingError) in
            let surface = stream.surface(
                cairo_pdf_surface_create_for_stream, width: first.size.width, height: first.size.height)
            // Later releases of Cairo pack the objects of PDF 1.5, so that PDFCompletion could not read them.
            cairo_pdf_surface_restrict_to_version(surface, cairo_version() < 11_706 ? CAIRO_PDF_VERSION_1_5 : CAIRO_PDF_VERSION_1_4)
            let texts: [(cairo_pdf_metadata_t, String)] = [
                (CAIRO_PDF_METADATA_TITLE, title ?? first.documentTitle ?? first.title), (CAIRO_PDF_METADATA_SUBJECT, first.alternative),
                (CAIRO_PDF_METADATA_CREATOR, "Backstep"), (CAIRO_PDF_METADATA_CREATE_DATE, Self.creationDate),
            ]
            for (key, text) in texts where !text.isEmpty { cairo_pdf_surface_set_metadata(surface, key, text.withoutControls) }
            let canvas = Canvas(surface, theme: .named(first.look.theme), book: book, faces: faces)
            for start in stride(from: 0, to: pageCount, by: Self.pagesPerRun) {
                let pages = (start..<min(start + Self.pagesPerRun, pageCount)).map { $0 == 0 ? first : made($0) }
                for page in pages { try page.validate() }
                // The document contains items that several successive pages share only once, if the pages have the same theme.
                let isOfOneTheme = pages.allSatisfy { $0.look.theme == first.look.theme }
                let parts = StillParts(pages.map(\.content.ungrouped), least: isOfOneTheme ? StillParts.usualLeast : .max)
                let size = Size(pages.map(\.size.width).max() ?? 0, pages.map(\.size.height).max() ?? 0)
                let stills = try parts.stills.map { (items) throws(EncodingError) in
                    try Recording(items, size: size, theme: .named(first.look.theme), book: book, faces: faces)
                }
                for (index, page) in pages.enumerated() {
                    source = source ?? page.source
                    tagged.append(PDFCompletion.Page(alternative: page.alternative, size: page.size))
                    cairo_pdf_surface_set_size(surface, page.size.width, page.size.height)
                    if pageCount > 1 {
                        // The label has a word because Cairo writes an empty tree for labels that are only numbers.
                        cairo_pdf_surface_set_page_label(surface, "Step \(start + index + 1)")
                        // CAIRO_PDF_OUTLINE_ROOT is 0.
                        cairo_pdf_surface_add_outline(
                            surface, 0, page.title.withoutControls, "page=\(start + index + 1) pos=[0 0]",
                            cairo_pdf_outline_flags_t(rawValue: 0))
                    }
                    canvas.theme = .named(page.look.theme)
                    canvas.paint(page.background)
                    for part in parts.pictures[index] {
                        switch part {
                        case .still(let number): canvas.paint(stills[number])
                        case .moving(let items): try canvas.draw(items)
                        }
                    }
                    canvas.endPage()
                }
            }
            try canvas.finish()
        }
        let lesson = EmbeddedLesson(source: source, settings: first.settings, digest: first.digest)
        return LessonInPDF.carrying(lesson, in: PDFCompletion.completed(stream.bytes, pages: tagged, carrying: lesson))
    }

    /// The number of pages that are in memory at a time.
    private static let pagesPerRun = 16

    /// A fixed date, so that every run gives the same bytes: SOURCE_DATE_EPOCH (seconds since 1970), or 0 if it is not set.
    static var creationDate: String {
        let seconds = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) } ?? 0
        // Cairo reads ISO 8601, whose years have four digits.
        var time = time_t(max(0, min(seconds, 253_402_300_799)))
        var date = tm()
        gmtime_r(&time, &date)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.tm_year + 1900)-\(two(date.tm_mon + 1))-\(two(date.tm_mday))"
            + "T\(two(date.tm_hour)):\(two(date.tm_min)):\(two(date.tm_sec))Z"
    }
}
