import CairoBackend
import Drawing
import Experiments
import Figures
import Foundation
import Lessons
import PageChecks
import Testing

@testable import Backstep

extension BundledLessons.Entry: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// Each lesson is run once; its figures are then drawn in every look from what was found.
@Suite("Every bundled figure")
struct BundledFigureTests {
    /// The preferred fonts and those that every system has, and every theme.
    static let looks: [(fonts: FontBook.Preference, theme: Theme.Name)] = [
        (.installed, .light), (.fallback, .light), (.installed, .dark), (.installed, .print),
    ]

    @Test(
        "Labels stay on the page, apart, clear of lines and at 7 pt or more; texts and lines stand out from what is behind them, in grey too",
        arguments: BundledLessons.all)
    func faults(of entry: BundledLessons.Entry) throws {
        let file = try Self.affordable(LessonFile(entry))
        let measured = try file.lesson.measured()
        for look in Self.looks {
            let press = Press(try FontBook(preferring: look.fonts))
            var options = PictureOptions()
            options.theme = look.theme
            for named in try file.pictures(press, options, of: measured) {
                let checks = PageChecks(named.picture, press.measurer)
                #expect(checks.layoutFaults == [], "\(named.name ?? entry.name), \(look)")
                #expect(checks.colorFaults(.named(look.theme)) == [], "\(named.name ?? entry.name), \(look)")
            }
        }
    }

    /// What takes long is run over two seeds, which changes its numbers and not what is drawn of them; with BACKSTEP_ALL_SEEDS as written.
    private static func affordable(_ file: LessonFile) throws -> LessonFile {
        guard case .experiment(let experiment) = file.lesson.subject, ProcessInfo.processInfo.environment["BACKSTEP_ALL_SEEDS"] == nil,
            try experiment.measurement.cost().products > 20_000_000
        else { return file }
        return try LessonFile(yaml: file.lesson.source.text.replacing(#/seeds: [0-9]+/#, with: "seeds: 2"), name: file.name)
    }
}
