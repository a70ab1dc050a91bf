package import Backstep
package import CairoBackend
import Drawing

/// What holds for every page that one command draws.
package struct NotesSettings: Sendable {
    package var format: PictureFormat
    package var options: PictureOptions
    package var dialect: NotesDialect
    /// The folder for the pictures; nil: what a page's front matter names, or `figures`, beside the new page.
    package var figures: String?
    /// The folder outside which no lesson is read; nil: that of the pages, or for the standard input the working folder.
    package var root: String?
    /// Whether unchanged pictures are drawn again, too.
    package var redraws = false

    package init(
        format: PictureFormat, options: PictureOptions, dialect: NotesDialect = .markdown, figures: String? = nil, root: String? = nil,
        redraws: Bool = false
    ) {
        self.format = format
        self.options = options
        self.dialect = dialect
        self.figures = figures.map { $0.isEmpty ? "." : $0 }
        self.root = root
        self.redraws = redraws
    }
}

/// What was done for a page, or for all pages of a site.
package struct NotesOutcome: Sendable {
    /// The new page; empty for a site.
    package var text = ""
    package var drawn = 0
    package var kept = 0
    /// At most one for each use of a lesson, in the order of the pages.
    package var problems: [BackstepError] = []
    package var warnings: [String] = []
    /// The files besides the pages that decide how they look: lessons, and the files with their numbers.
    package var lessons: [String] = []
    /// How many files of a site were copied, because they are no pages, and how many deleted, because what they were made from is gone.
    package var copied = 0
    package var cleared = 0

    package init() {}
}

/// What makes new pages from pages with lessons.
package protocol NotesMaker: Sendable {
    /// Draws changed pictures and writes the new pages. If there are problems, `isStrict` means that nothing is written.
    func build(isStrict: Bool) async throws -> NotesOutcome
    /// What `build` would change, a sentence each, with the line of the page where there is one; nothing is written.
    func changes() async throws -> [String]
    /// The files whose change means that the pages must be built again.
    func inputs(of outcome: NotesOutcome) -> [String]
}
