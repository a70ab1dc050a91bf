import Autodiff
import CairoBackend
package import Drawing
import Escaping
import Forms
import Lessons
import NeuralNetworks
import Notation
import Reports
package import Telling
import TraceFigures
import Traces

/// What `backstep worksheet` makes of a lesson.
package struct WorksheetOptions: Sendable {
    /// Kinds and addresses, separated by commas: "gradients", "values,w5".
    package var hide = WorksheetHiding.Kind.gradients.rawValue
    package var level = WorksheetLevel.easy
    package var variants = 1
    package var seed: UInt64 = 0
    package var paper = Paper.a4
    package var quiz: Quiz?

    /// A learning platform.
    package enum Quiz: String, CaseIterable, Sendable {
        case moodle
        case exams = "r-exams"
    }

    package init() {}

    package static let mostVariants = 200
}

extension LessonFile {
    /// The work of writing a worksheet's files into a folder: of each variant the lesson, the sheet and its key, and the answers of all.
    package func worksheetJobs(_ press: Press, _ options: WorksheetOptions, folder: String) throws(BackstepError) -> [Press.Job] {
        let place = folder.path(of: "")
        var jobs: [Press.Job] = []
        var answers: [JSON] = []
        var quiz: [MoodleQuiz.Variant] = []
        for variant in 1...max(options.variants, 1) {
            let file = try self.variant(variant, options)
            let worksheet = try file.worksheet(press, options)
            let number = variant < 10 ? "0\(variant)" : "\(variant)"
            let lessonName = "variant-\(number).yaml"
            answers.append(worksheet.sheet.json(variant: variant, file: lessonName))
            let pages = WorksheetPages(
                worksheet.sheet, title: file.title ?? name, variant: variant, scenes: worksheet.scenes, paper: options.paper,
                measurer: press.measurer)
            if options.quiz == .moodle {
                let figure = try pages.figurePicture(isKey: false).map { (picture) throws(BackstepError) in
                    try press.bytes(of: picture, as: .svg)
                }
                quiz.append(MoodleQuiz.Variant(number: variant, worksheet: worksheet.sheet, figure: figure))
            }
            if options.quiz == .exams { jobs.append(examsJob(worksheet.sheet, pages, number, variant, place: place + "r-exams/")) }
            for (kind, isKey) in [("worksheet", false), ("key", true)] {
                jobs.append(
                    Press.Job(
                        content: .pages(pages.count) { pages.picture($0, isKey: isKey) },
                        files: [Press.File(path: "\(place)\(kind)-\(number).pdf", format: .pdf)]))
            }
            let text = file.lesson.source.text
            jobs.append(
                Press.Job(
                    content: .files { press in
                        var files = [(path: place + lessonName, bytes: Array(text.utf8))]
                        for (kind, isKey) in [("worksheet", false), ("key", true)] {
                            let base = "\(kind)-\(number)"
                            let figure = try pages.figurePicture(isKey: isKey).map { picture in
                                let svg = try press.bytes(of: picture, as: .svg)
                                files.append((path: "\(place)\(base)-figure.svg", bytes: svg))
                                files.append((path: "\(place)\(base)-figure.pdf", bytes: try press.bytes(of: picture, as: .pdf)))
                                return WorksheetDocument.Figure(
                                    svg: String(decoding: svg, as: UTF8.self), size: picture.size, name: "\(base)-figure")
                            }
                            let document = WorksheetDocument(
                                worksheet.sheet, title: pages.title, variant: variant, isKey: isKey, figure: figure,
                                paper: options.paper)
                            files += document.files.map { (path: "\(place)\(base).\($0.ending)", bytes: Array($0.text.utf8)) }
                        }
                        return files
                    }, files: []))
        }
        let json = JSON.object([
            "format": .string("backstep.worksheet"), "version": .integer(1), "variants": .array(answers),
        ]).text
        jobs.append(Press.Job(content: .files { _ in [(path: place + "answers.json", bytes: Array(json.utf8))] }, files: []))
        if options.quiz == .moodle {
            let xml = MoodleQuiz(title: title ?? name, variants: quiz).xml
            jobs.append(Press.Job(content: .files { _ in [(path: place + "moodle.xml", bytes: Array(xml.utf8))] }, files: []))
        }
        return jobs
    }

    /// An exercise of R/exams and its figure.
    private func examsJob(_ sheet: Worksheet, _ pages: WorksheetPages, _ number: String, _ variant: Int, place: String) -> Press.Job {
        Press.Job(
            content: .files { press in
                let figure = pages.figurePicture(isKey: false)
                let figureFile = figure.map { _ in "variant-\(number)-figure.png" }
                let exercise = ExamsQuiz(sheet, title: pages.title, variant: variant, figureFile: figureFile)
                var files = [(path: "\(place)variant-\(number).Rmd", bytes: Array(exercise.text.utf8))]
                if let figure, let figureFile { files.append((path: place + figureFile, bytes: try press.bytes(of: figure, as: .png))) }
                return files
            }, files: [])
    }

    /// The lesson itself, or with numbers drawn anew.
    package func variant(_ variant: Int, _ options: WorksheetOptions) throws(BackstepError) -> LessonFile {
        let trace = try lesson.requiredTrace(for: "worksheet")
        guard variant > 1 else { return self }
        // Too large a lesson is refused before anything is drawn.
        _ = try plan(trace, options)
        var sampler = VariantNumbers(lesson, trace, seed: options.seed, variant: variant)
        let numbers: LessonNumbers
        do throws(WorksheetError) {
            numbers = try sampler.draw()
        } catch {
            throw lesson.badLesson("variant \(variant): \(error)")
        }
        guard let text = lesson.text(with: numbers) else { throw lesson.badLesson("variant \(variant): the lesson cannot be written anew") }
        return try LessonFile(source: text, file: "variant-\(variant < 10 ? "0" : "")\(variant).yaml", name: name)
    }

    /// The worksheet, with the figure beside it in parts that a page holds each; none of a lesson whose figure no pages can hold.
    func worksheet(_ press: Press, _ options: WorksheetOptions) throws(BackstepError) -> (sheet: Worksheet, scenes: [any TraceScene]) {
        let trace = try lesson.requiredTrace(for: "worksheet")
        let plan = try plan(trace, options)
        let width = options.paper.size.width - 2 * WorksheetPages.margin
        let mistakes = (try? MistakenTrace.all(of: trace)) ?? []
        var sheet = Worksheet(plan, mistakes: mistakes)
        var scene: (any TraceScene)?
        if NetworkScene.suits(trace) {
            let wide = NetworkScene(trace, reserve: sheet.digits, measurer: press.measurer, isTight: true, isWritable: true)
            scene =
                wide.map { $0.size.width * WorksheetPages.leastScale <= width } == true
                ? wide
                : NetworkScene(trace, reserve: sheet.digits, measurer: press.measurer, pageWidth: width, isWritable: true)
        } else if trace.suitsGraph {
            func graph(printed: Precision = Precision()) -> GraphScene {
                var type = GraphType()
                // Nobody asks for gradients of the data.
                type.written = trace.lowered == nil ? [.input, .parameter, .operation] : [.parameter, .operation]
                return GraphScene(trace, measurer: press.measurer, pageWidth: width, type: type, width: width - 4, printed: printed)
            }
            let drawn = graph()
            if !drawn.showsTensors {
                // The graph has sums that need digits of their own, and prints the sheet's numbers as the sheet does.
                sheet = Worksheet(plan, beside: drawn.precision, mistakes: mistakes)
                scene = graph(printed: sheet.precision)
            }
        }
        if let scene, scene.size.width <= 1.4 * width, scene.size.height <= 1.4 * options.paper.size.height { return (sheet, [scene]) }
        sheet = Worksheet(plan, mistakes: mistakes)
        let height = WorksheetPages.figureHeight(on: options.paper)
        return (sheet, TensorScene.parts(of: sheet, measurer: press.measurer, width: width, height: height))
    }

    private func plan(_ trace: Trace, _ options: WorksheetOptions) throws(BackstepError) -> WorksheetPlan {
        let hiding = try trace.hiding(options.hide)
        do throws(WorksheetError) {
            return try WorksheetPlan(trace, hiding: hiding, level: options.level)
        } catch {
            throw lesson.badLesson("worksheet: \(error)")
        }
    }
}

extension Trace {
    /// Whether a graph of scalars can be read. Where a kernel or attention uses each number many times, it is a thicket of lines.
    fileprivate var suitsGraph: Bool {
        guard tape.entries.count <= 4 * TraceView.readableNodes else { return false }
        return lowered.map { $0.problem.network.input.isFeatures || isUnrolled } ?? true
    }

    /// What `--hide` asks for.
    fileprivate func hiding(_ text: String) throws(BackstepError) -> WorksheetHiding {
        var hiding = WorksheetHiding(kinds: [])
        for part in text.splitOutsideBrackets {
            if let kind = WorksheetHiding.Kind(rawValue: part) {
                hiding.kinds.insert(kind)
                continue
            }
            let isValue = part.hasPrefix("value ")
            let name = isValue ? String(part.dropFirst("value ".count)) : withoutPartial(part)
            let scalar: ScalarID
            do {
                scalar = try self.scalar(named: name)
            } catch {
                let kinds = WorksheetHiding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw BackstepError(.usage, "--hide: \(error.explanation); expected \(kinds), or addresses")
            }
            hiding.numbers.insert(isValue ? .value(scalar.key) : .gradient(scalar.key))
        }
        guard hiding != WorksheetHiding(kinds: []) else {
            let kinds = WorksheetHiding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw BackstepError(.usage, "--hide is empty; expected \(kinds), or addresses")
        }
        return hiding
    }
}

extension String {
    /// The parts between commas that stand outside of brackets.
    fileprivate var splitOutsideBrackets: [String] {
        var (parts, depth) = ([""], 0)
        for character in self {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == ",", depth <= 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }.filter { !$0.isEmpty }
    }
}
