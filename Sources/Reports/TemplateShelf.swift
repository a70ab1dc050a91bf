import Mustache

/// Why a template of this package can't be used. Users never see this error, since a test parses every template.
package struct TemplateFailure: Error, CustomStringConvertible {
    let name: String
    let reason: String

    package var description: String { "the template \(name) cannot be read: \(reason)" }
}

/// The parsed templates. Each begins with the type of text that it makes, which decides how inserted values are escaped.
struct TemplateShelf: Sendable {
    private let library: MustacheLibrary

    static let shared = Result { () throws(TemplateFailure) in try TemplateShelf() }

    private static let sources: [(name: String, bytes: [UInt8])] = [
        ("page", PackageResources.page_mustache), ("step", PackageResources.step_mustache),
        ("finding", PackageResources.finding_mustache), ("markdown", PackageResources.markdown_mustache),
        ("derivation", PackageResources.derivation_mustache),
        ("derivation-step", PackageResources.derivation_step_mustache), ("beamer", PackageResources.beamer_mustache),
        ("marp", PackageResources.marp_mustache), ("slidev", PackageResources.slidev_mustache),
        ("quarto", PackageResources.quarto_mustache), ("reveal", PackageResources.reveal_mustache),
    ]

    private init() throws(TemplateFailure) {
        MustacheContentTypes.register(LaTeXText(), named: "LATEX")
        MustacheContentTypes.register(MarkdownText(), named: "MARKDOWN")
        MustacheContentTypes.register(HTMLText(), named: "PAGE")
        var library = MustacheLibrary()
        for source in Self.sources {
            do {
                try library.register(String(decoding: source.bytes, as: UTF8.self), named: source.name)
            } catch {
                throw TemplateFailure(name: source.name, reason: "\(error)")
            }
        }
        self.library = library
    }

    func render(_ name: String, _ content: [String: Any]) -> String {
        library.render(content, withTemplate: name) ?? ""
    }

    static let style = String(decoding: PackageResources.page_css, as: UTF8.self)
    static let script = String(decoding: PackageResources.page_js, as: UTF8.self)
    static let worksheetStyle = String(decoding: PackageResources.worksheet_css, as: UTF8.self)
    static let worksheetScript = String(decoding: PackageResources.worksheet_js, as: UTF8.self)
}
