import Drawing
import Foundation
import Telling
import Testing
import Traces

@testable import Reports

@Suite("The page is readable")
struct PageLooksTests {
    private static let words = ["ink", "quiet-ink", "value", "gradient", "local", "place"]

    private func page() throws -> String {
        let sample = try #require(Sample.bundled.first { $0.name.hasSuffix("two-by-two") })
        return try #require(try sample.report(by: .layer)).page(try TemplateShelf.shared.get())
    }

    /// The colours by name: of the light page, then of the dark one.
    private func colors() throws -> [[String: Color]] {
        let found = try page().matches(of: #/--([a-z-]+): #([0-9a-f]{6});/#).map { match in
            (String(match.1), Color(UInt32(match.2, radix: 16) ?? 0))
        }
        let half = found.count / 2
        return [found[..<half], found[half...]].map { Dictionary($0.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first }) }
    }

    @Test("Words and numbers have a contrast of 4.5:1, light and dark, on the page, in panels and where they are marked")
    func contrast() throws {
        for (theme, colors) in zip(["light", "dark"], try colors()) {
            for ground in ["page", "panel"] {
                let ground = try #require(colors[ground])
                for word in Self.words {
                    let contrast = try #require(colors[word]).contrast(with: ground)
                    #expect(contrast >= 4.5, "\(theme) \(word): \(contrast)")
                }
                #expect(try #require(colors["resting-line"]).contrast(with: ground) >= 3)
            }
            let marked = try #require(colors["gradient-wash"])
            for word in ["value", "gradient", "ink"] {
                let contrast = try #require(colors[word]).contrast(with: marked)
                #expect(contrast >= 4.5, "\(theme) \(word) marked: \(contrast)")
            }
        }
    }

    @Test("Words take their colour from those that were checked")
    func colorsOfWords() throws {
        let style = TemplateShelf.style
        let matches = style.matches(of: #/[{; ]color: ([^;}]+)[;}]/#)
        #expect(matches.count > 3)
        for match in matches where match.1 != "inherit" {
            let name = match.1.replacing("var(--", with: "").replacing(")", with: "")
            #expect(Self.words.contains(String(name)), "\(match.1)")
        }
    }

    @Test("Every step is a section with a heading that names it, under one heading for all; what is not read is hidden")
    func structure() throws {
        let page = try page()
        let sections = page.matches(of: #/<section class="step [a-z]+" id="(step-\d+)" aria-labelledby="([^"]+)">/#)
        #expect(sections.count > 5)
        for section in sections { #expect(page.contains(#"<h2 id="\#(section.2)" tabindex="-1">"#) && section.2 == "\(section.1)-title") }
        #expect(page.matches(of: #/<h1/#).count == 1 && page.contains(#"<html lang="en">"#))
        // Every control says what it does.
        for button in page.matches(of: #/<button([^>]*)>([^<]*)</#) {
            #expect(button.1.contains("aria-label=") || button.2.contains { $0.isLetter })
        }
        #expect(page.contains("prefers-reduced-motion: no-preference") && !page.contains("prefers-reduced-motion: reduce"))
    }
}
