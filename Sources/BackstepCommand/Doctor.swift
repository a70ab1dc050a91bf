import ArgumentParser
import Backstep
import CairoBackend
import Drawing

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints which fonts and libraries draw figures, and which characters come from other fonts.",
        discussion: "Exits with 70 if no font is found.")

    func run() async throws {
        try await reportingErrors {
            var lines = ["backstep  \(Version.current)", "cairo     \(CairoRelease.text)", ""]
            let report = try Press.fontReport()
            for entry in report {
                var name = entry.font.family == .words ? "words" : "mathematics"
                name += " \(entry.font.weight)" + (entry.font.italic ? " italic" : "")
                lines.append(name.padding(to: 30) + entry.family + "  " + entry.file)
                if entry.isSheared { lines.append("    has no italic: upright letters are slanted") }
                if !entry.fallingBack.isEmpty { lines.append("    from other fonts: \(entry.fallingBack)") }
            }
            lines.append("")
            if report.contains(where: { $0.isSubstitute && $0.font.family == .words }) {
                lines.append("Inter is not installed; words are set in another font: apt-get install fonts-inter")
            }
            if report.contains(where: { $0.isSubstitute && $0.font.family == .mathematics }) {
                lines.append("STIX is not installed; mathematics is set in another font: apt-get install fonts-stix")
            }
            if !report.contains(where: \.isSubstitute) { lines.append("All fonts are installed.") }
            try Terminal.print(lines.joined(separator: "\n") + "\n")
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(2, width - count)) }
}
