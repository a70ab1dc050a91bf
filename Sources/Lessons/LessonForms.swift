import Experiments
package import Forms
import NeuralNetworks
import Recordings

/// The kinds of lesson, by the key that identifies each.
package enum LessonKind: String, CaseIterable, Hashable, Sendable {
    case network, expression, experiment, recording

    package var key: String { rawValue }

    package var form: Form {
        switch self {
        case .network: LessonForms.networkLesson
        case .expression: LessonForms.expressionLesson
        case .experiment: LessonForms.experimentLesson
        case .recording: LessonForms.recordingLesson
        }
    }
}

/// The maps of the language other than layers.
package enum LessonForms {
    private static let title = Form.Key("title", .text, "the topic, small above the picture")
    private static let headline = Form.Key(
        "headline", .either([.text, .word(["false"])]),
        "what stands over the pictures instead of what was found; {value ADDRESS} and {gradient ADDRESS} are filled from the trace; or false"
    )
    private static let description = Form.Key("description", .text, "what the lesson teaches")

    private static let mistaken = Form.Key(
        "mistake", .choice(mistake), "the figures show the way back twice, right and with this mistake")
    private static let clip = Form.Key("clip", .form(UpdateForms.clip), "what is done to all gradients before they are used")
    private static let optimizer = Form.Key(
        "optimizer", .kinds(UpdateForms.tracedOptimizers), "the trace then ends with an update of the parameters")

    package static let networkLesson = Form(
        "a network's lesson", about: "a network to trace",
        keys: [
            title, headline, description,
            .init("network", .form(network), .required, "the layers"),
            .init("data", .either([.form(data), .form(inputsAlone), .form(dataFile), .form(inputsFile)]), .required, "the batch"),
            .init("loss", LossForms.type, .required, "how far the output is from the targets"),
            .init("regularization", .form(UpdateForms.regularization), "a penalty on the weights"),
            clip, optimizer, UpdateForms.steps,
            .init("frozen", .list(of: .text), "left out of the update: layers, parameters, or every parameter of a key"),
            .init("figures", .list(of: .choice(figure)), "what is drawn; what suits the network if not given"), mistaken,
        ])

    package static let expressionLesson = Form(
        "an expression's lesson", about: "an expression to trace",
        keys: [
            title, headline, description,
            .init("expression", .either([.text, .list(of: .text)]), .required, "lines name = expression; the last is the result"),
            .init("at", .table(of: .number(.any)), "the values of the inputs"),
            .init("constants", .table(of: .number(.any)), "named data, which has no gradient"),
            clip, optimizer, UpdateForms.steps,
            .init("frozen", .list(of: .text), "inputs that the update leaves alone"),
            .init("figures", .list(of: .choice(expressionFigure)), "what is drawn; the graph if not given"), mistaken,
        ])

    package static let experimentLesson = Form(
        "an experiment's lesson", about: "an experiment to run",
        keys: [
            title, headline, description,
            .init("experiment", .kinds(Experiment.forms), .required, "one measurement over named variants"),
        ])

    package static let recordingLesson = Form(
        "a recording's lesson", about: "recorded training runs to draw",
        keys: [
            title, headline, description,
            .init(
                "recording",
                .either([
                    .text, .form(recordedRun), .form(writtenRun), .list(of: .either([.text, .form(recordedRun), .form(writtenRun)])),
                ]), .required, "a .jsonl or .jsonl.gz in the lesson's folder or below; or a list of them, which are compared"),
            .init("figures", .list(of: .word(RecordingFigure.allCases.map(\.rawValue))), "what is drawn; page if not given"),
            .init(
                "steps", .list(of: .whole(0...Int.max)),
                "the steps that decay and units show; the first, a middle and the last if not given"),
            .init("layers", .list(of: .text), "the beginnings of the names of the layers that are shown; all if not given"),
        ])

    package static let recordedRun = Form(
        "a run", about: "a recorded run with a name of its own",
        keys: [
            .init("file", .text, .required, "a .jsonl or .jsonl.gz in the lesson's folder or below"),
            .init("name", .text, "what the run is called; the file's name if not given"),
        ])

    /// As the lesson inside a figure has it.
    package static let writtenRun = Form(
        "a written run", about: "a recorded run in the lesson itself",
        keys: [
            .init("name", .text, "what the run is called; run if not given"),
            .init("lines", .text, .required, "the lines of the recording"),
        ])

    package static let network = Form(
        "network", about: "layers between an input and an output",
        keys: [
            .init(
                "input", .either([.whole(1...Limits.units), .form(sequence), .form(tokens), .list(of: .whole(1...Limits.units))]),
                .required,
                "features; or {time, features}; or {time, tokens}; or [channels, height, width]"),
            .init("seed", .seed, .standard("0"), "for parameters that are not written out"),
            .init("initializer", .choice(LayerForms.initializer), "the default for the layers"),
            .init(
                "weights", .either([.text, .form(weights)]),
                "a file that fills the parameters whose names it has: .safetensors, .npz or .json"),
            .init("layers", .layers, .required, "in the order of the forward pass"),
        ])

    package static let weights = Form(
        "weights", about: "a file of parameters",
        keys: [
            .init("file", .text, .required, "a .safetensors, .npz or .json in the lesson's folder or below"),
            .init("names", .table(of: .text), "by parameter, what the file calls it"),
        ])

    package static let sequence = Form(
        "a sequence", about: "the shape of a sequence",
        keys: [
            .init("time", .whole(1...Limits.timeSteps), .required, "time steps"),
            .init("features", .whole(1...Limits.units), .required, "of each time step"),
        ])

    package static let tokens = Form(
        "a sequence of tokens", about: "the shape of a sequence of tokens, whose first layer is an embedding",
        keys: [
            .init("time", .whole(1...Limits.timeSteps), .required, "time steps"),
            .init("tokens", .whole(1...Limits.units), .required, "how many there are; they are numbered from 0"),
        ])

    package static let data = Form(
        "data", about: "a batch",
        keys: [
            .init("inputs", .tensor, .required, "[batch, …the network's input]; of tokens [batch, time] of whole numbers from 0"),
            .init(
                "targets", .tensor, .required,
                "[batch, …the output's shape]; for cross-entropy and hinge class numbers from 0, one for each sample or time step"),
        ])

    package static let dataFile = Form(
        "data in a file", about: "a batch in a file",
        keys: [
            .init("file", .text, .required, "a .csv with heads in its first line, or an .npz, in the lesson's folder or below"),
            .init("inputs", .either([.list(of: .text), .text]), .required, "the heads of columns; of an .npz the name of an array"),
            .init("targets", .either([.list(of: .text), .text]), .required, "the same; for class numbers one column"),
            .init("rows", .list(of: .whole(0...Int.max)), "[0, 8] takes those from 0 up to 8, without 8; all if not given"),
        ])

    /// Of a loss without targets.
    package static let inputsFile = Form(
        "output-sum, which has no targets", about: "a batch without targets in a file",
        keys: dataFile.keys.filter { $0.name != "targets" }, meaningless: ["targets"])

    /// Of a loss without targets.
    package static let inputsAlone = Form(
        "output-sum, which has no targets", about: "a batch without targets", keys: Array(data.keys.prefix(1)), meaningless: ["targets"])
}
