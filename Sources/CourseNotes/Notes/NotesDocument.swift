import Backstep
import NumberFiles

/// The pages of Markdown in a file: the file itself, or a notebook's cells of Markdown.
struct NotesDocument {
    struct Page {
        /// The name for messages: `page.md`, `page.ipynb:cell 3`.
        let name: String
        let pieces: [NotesPage.Piece]
        let strays: [NotesPage.Stray]

        init(_ page: NotesPage, name: String) {
            self.name = name
            pieces = page.pieces
            strays = page.strays
        }
    }

    let pages: [Page]
    /// The text that may begin with front matter: of a notebook that of its first cell, raw or Markdown.
    let frontMatter: String
    /// The name of that text for messages.
    let frontMatterName: String
    private let notebook: Notebook?

    static func isNotebook(_ path: String) -> Bool { path.lowercased().hasSuffix(".ipynb") }

    /// - Throws: if the bytes are not UTF-8 text, or should be a notebook and are not.
    init(_ bytes: [UInt8], name: String, isNotebook: Bool) throws(BackstepError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw BackstepError(.noInput, "\(name) is not UTF-8 text") }
        guard isNotebook else {
            notebook = nil
            (frontMatter, frontMatterName) = (text, name)
            pages = [Page(NotesPage(text), name: name)]
            return
        }
        let notebook: Notebook
        do {
            notebook = try Notebook(bytes)
        } catch {
            let expected = error.reason.expected.map { "; expected \($0)" } ?? ""
            throw BackstepError(
                .badLesson, "\(name):\(error.line):\(error.column): error: the notebook \(error.reason.what)\(expected)")
        }
        self.notebook = notebook
        (frontMatter, frontMatterName) = (notebook.head ?? "", "\(name):cell 1")
        pages = notebook.sources.map { Page(NotesPage($0.text, hasFrontMatter: $0.cell == 1), name: "\(name):cell \($0.cell)") }
    }

    /// The file with other texts for its pages.
    func text(with texts: [String]) -> String { notebook?.text(with: texts) ?? texts.joined() }
}
