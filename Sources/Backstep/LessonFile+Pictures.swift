import CairoBackend
package import Drawing
import ExperimentFigures
import Forms
import Lessons
import Recordings

extension LessonFile {
    /// Draws the lesson's figures at the width in `options`. If there is only one, its name is nil.
    /// - Parameter orWider: whether a figure that has no room at that width is drawn as narrow as its type allows.
    /// - Throws: if a figure has no room.
    package func pictures(
        _ press: Press, _ options: PictureOptions = PictureOptions(), orWider: Bool = false
    ) throws(BackstepError) -> [NamedPicture] {
        try pictures(press, options, of: try measured(), orWider: orWider)
    }

    /// - Parameter measured: the results of the lesson's experiment; nil for a trace.
    package func pictures(
        _ press: Press, _ options: PictureOptions, of measured: MeasuredExperiment?, orWider: Bool = false
    ) throws(BackstepError) -> [NamedPicture] {
        let (pictures, refusals) = try fitting(press, options, of: measured, orWider: orWider)
        if let refusal = refusals.first { throw refusal }
        return pictures
    }

    /// Those of the lesson's figures that have room at the width in `options`, and an error for each of the others.
    package func fitting(
        _ press: Press, _ options: PictureOptions, of measured: MeasuredExperiment?, orWider: Bool = false
    ) throws(BackstepError) -> (pictures: [NamedPicture], refusals: [BackstepError]) {
        let pictures = try drawn(press, options, of: measured)
        guard let width = options.width?.points else { return (pictures, []) }
        var fitting: [NamedPicture] = []
        var refusals: [BackstepError] = []
        for (index, picture) in pictures.enumerated() {
            guard picture.isWider(than: width) else {
                fitting.append(picture)
                continue
            }
            let least = try narrowest(index, from: picture, press, options, of: measured)
            if orWider, let least {
                fitting.append(least)
            } else {
                let room = (least ?? picture).picture.size.width
                refusals.append(
                    BackstepError(
                        .usage,
                        "\(subject(picture)): \(Int(width.rounded())) pt are too narrow for its type size; "
                            + "expected at least \(Int(room.rounded(.up))) pt"))
            }
        }
        return (fitting, refusals)
    }

    /// A figure that has no room, drawn as narrow as its type allows; nil if no page is that wide.
    private func narrowest(
        _ index: Int, from picture: NamedPicture, _ press: Press, _ options: PictureOptions, of measured: MeasuredExperiment?
    ) throws(BackstepError) -> NamedPicture? {
        var (options, found) = (options, picture)
        // With more width, the layout may change and need still more.
        for _ in 0..<5 {
            let width = found.picture.size.width.rounded(.up)
            options.width = TextWidth(points: width)
            guard options.width != nil else { return nil }
            found = try drawn(press, options, of: measured)[index]
            guard found.isWider(than: width) else { break }
        }
        return found
    }

    private func subject(_ picture: NamedPicture) -> String { [name, picture.name].compactMap(\.self).joined(separator: "-") }

    /// A sentence for each figure that is wider than asked for.
    package func warnings(ofWidthIn pictures: [NamedPicture], _ options: PictureOptions) -> [String] {
        guard let width = options.width?.points else { return [] }
        return pictures.filter { $0.isWider(than: width) }.map { named in
            let share = Int((100 * width / named.picture.size.width).rounded(.down))
            return "\(subject(named)): warning: it needs \(Int(named.picture.size.width.rounded(.up))) pt for its type; "
                + "scaled to \(share) %, it is \(Int(width.rounded())) pt wide"
        }
    }

    private func drawn(
        _ press: Press, _ options: PictureOptions, of measured: MeasuredExperiment?
    ) throws(BackstepError) -> [NamedPicture] {
        if let asked = options.recordingFigure, !lesson.isRecording {
            throw BackstepError(.usage, "--figure \(asked.rawValue): \(name) is no recording")
        }
        if let asked = options.figure, lesson.isRecording {
            throw BackstepError(
                .usage,
                "--figure \(asked.rawValue): \(name) is a recording; expected \(RecordingFigure.allCases.map(\.rawValue).inWords)")
        }
        if let measured {
            guard options.mistake == nil else {
                throw BackstepError(.usage, "--mistake: \(name) is an experiment; expected a network or an expression")
            }
            let figures = measured.figures(measurer: press.measurer, options)
            for figure in figures { try checkSize(figure.picture.size, of: "the figure") }
            return try figures.map { (figure) throws(BackstepError) in finished(try fitted(figure.picture, options), figure.name, options) }
        }
        let pictures = try tracedPictures(press, options)
        for picture in pictures { try checkSize(picture.picture.size, of: "the figure") }
        return try pictures.map { (picture) throws(BackstepError) in finished(try fitted(picture.picture, options), picture.name, options) }
    }

    /// As high as asked for: lower figures stand in the middle, higher ones are set smaller, as far as their type can be read.
    private func fitted(_ picture: Picture, _ options: PictureOptions) throws(BackstepError) -> Picture {
        guard let height = options.height?.points else { return picture }
        let smallest = picture.content.textRuns.map(\.run.font.size).min() ?? Self.leastType
        let scale = min(1, height / picture.size.height)
        guard smallest * scale >= Self.leastType - 1e-9 else {
            let least = picture.size.height * Self.leastType / smallest
            throw BackstepError(
                .usage,
                "\(name): \(Int(height.rounded())) pt are too low for it at its type's size; expected at least \(Int(least.rounded(.up))) pt"
            )
        }
        var fitted = picture
        fitted.size = Size(options.width == nil ? picture.size.width * scale : picture.size.width, height)
        let corner = Point((fitted.size.width - picture.size.width * scale) / 2, (height - picture.size.height * scale) / 2)
        fitted.content = picture.content.scaled(by: scale).translated(by: corner)
        return fitted
    }

    /// In points.
    private static let leastType = 7.0

    /// Refuses a picture that is too large, which is an error of the lesson that only the layout reveals.
    func checkSize(_ size: Size, of what: String) throws(BackstepError) {
        let side = max(size.width, size.height)
        guard side > Picture.longestSide else { return }
        let found = side < 1e9 ? "\(Int(side.rounded(.up)).grouped) pt" : "more than 1,000,000,000 pt"
        throw lesson.badLesson(
            "\(what) would be \(found) long; expected at most \(Int(Picture.longestSide).grouped) pt; "
                + "show less, or try: backstep \(lesson.isTraced ? "trace" : "data")")
    }

    /// The picture with its look and the data to embed.
    private func finished(_ picture: Picture, _ name: String?, _ options: PictureOptions) -> NamedPicture {
        var origin = FigureOrigin(of: self)
        origin.figure = name
        origin.options = options
        var picture = picture.carrying(options.carriesSource ? lesson.source.carried : nil, origin, options)
        picture.documentTitle = title
        return NamedPicture(name: name, picture: picture)
    }

    /// The work of drawing all figures to a target.
    package func jobs(_ press: Press, _ options: PictureOptions, to target: OutputTarget) throws(BackstepError) -> [Press.Job] {
        jobs(for: target, pictures: try pictures(press, options)) ?? []
    }

    /// Nil if the target is the standard output, or a single file for several figures.
    package func jobs(for target: OutputTarget, pictures: [NamedPicture]) -> [Press.Job]? {
        func files(_ base: String, _ formats: [PictureFormat]) -> [Press.Job] {
            pictures.map { named in
                let stem = named.name.map { "\(base)-\($0)" } ?? base
                return Press.Job(
                    content: .picture { named.picture },
                    files: formats.map { Press.File(path: "\(stem).\($0.rawValue)", format: $0) })
            }
        }
        switch target {
        case .standardOutput: return nil
        case .file(let path, let format):
            guard pictures.count == 1 else { return nil }
            return [
                Press.Job(content: .picture { [picture = pictures[0].picture] in picture }, files: [Press.File(path: path, format: format)])
            ]
        case .base(let base, let formats): return files(base, formats)
        case .folder(let folder, let formats): return files(folder.path(of: name), formats)
        }
    }

    /// The figure of a lesson that has only one; throws if there are several.
    package func only(of pictures: [NamedPicture]) throws(BackstepError) -> NamedPicture {
        guard pictures.count == 1 else {
            throw BackstepError(
                .usage,
                "\(name) has \(pictures.count) figures (\(pictures.compactMap(\.name).joined(separator: ", "))); "
                    + "expected a folder for them, or -f and a name without an ending")
        }
        return pictures[0]
    }
}

extension Picture {
    func carrying(_ source: String?, _ origin: FigureOrigin, _ options: PictureOptions) -> Picture {
        var picture = self
        var origin = origin
        origin.title = title
        origin.alternative = alternative
        picture.source = source
        picture.settings = origin.text
        picture.look = options.look
        if options.look.isTransparent { picture.background = picture.background.opacity(0) }
        return picture
    }
}

/// A figure with its name among the lesson's figures; nil if it is the only one.
package struct NamedPicture: Sendable {
    package let name: String?
    package let picture: Picture

    func isWider(than width: Double) -> Bool { picture.size.width > width + 0.5 }
}
