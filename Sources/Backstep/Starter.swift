import Experiments
import Forms
import Lessons
import NeuralNetworks

/// A commented lesson to start from.
package struct Starter: Sendable {
    /// The argument of `backstep new`.
    package let kind: String
    package let about: String
    package let text: String

    /// Starters for traces, then one for each kind of experiment, in the order of the language.
    package static func all() throws(BackstepError) -> [Starter] {
        var starters = [expression, network, recurrent, convolution, attention, recording, worksheet]
        var lessons: [String: String] = [:]
        for entry in BundledLessons.all.reversed() {
            let lesson = try LessonFile(entry).lesson
            if case .experiment(let experiment) = lesson.subject { lessons[kind(of: experiment.measurement)] = lesson.source.text }
        }
        for form in Experiment.forms {
            if let lesson = lessons[form.name] { starters.append(Starter(measuring: form, lesson: lesson)) }
        }
        return starters
    }

    private static func kind<M: Measurement>(of measurement: M) -> String { M.kind }

    /// The first line of a lesson, which tells editors where the schema is.
    static let modeline = "# yaml-language-server: $schema=backstep.schema.json\n"

    private init(_ kind: String, _ about: String, _ lesson: String) {
        self.kind = kind
        self.about = about
        text = Self.modeline + lesson
    }

    /// The first bundled lesson with this kind of experiment, preceded by a list of all keys.
    private init(measuring form: Form, lesson: String) {
        var head = "# \(form.name): \(form.about). Keys:\n"
        for key in form.keys where key.name != "kind" {
            head += Self.comment(key)
            if case .list(of: .form(let variant)) = key.type {
                for key in variant.keys { head += Self.comment(key, indentation: "    ") }
            }
        }
        let body = lesson.hasPrefix("# yaml-language-server") ? String(lesson.drop { $0 != "\n" }.dropFirst()) : lesson
        self.init(form.name, form.about, head + "\n" + body)
    }

    /// A comment line that describes a key, made from its form.
    private static func comment(_ key: Form.Key, indentation: String = "  ") -> String {
        "#\(indentation) \(key.name): \(key.about)\(presence(key))\n"
    }

    private static func presence(_ key: Form.Key) -> String {
        switch key.presence {
        case .required: " (required)"
        case .optional: ""
        case .standard(let value): " (\(value) if not given)"
        }
    }
}

extension Starter {
    private static let expression = Starter(
        "expression", "a formula, operation by operation",
        """
        # An expression is traced operation by operation. The last line is the result; its gradient with respect to
        # every name is what the figure shows. Functions: exp ln sqrt sin cos tanh sigmoid relu swish max min.
        title: A neuron and its squared error        # small above the picture; the headline is computed
        description: What one weight does to the error.
        expression:
          - z = w * x + b
          - L = (sigmoid(z) - t) ^ 2
        at: {w: 0.5, x: 2, b: -1, t: 1}              # a value for each name that no line defines

        """)

    private static let network = Starter(
        "network", "layers, a batch and a loss",
        """
        # A network is traced on a small batch: forward, the loss, and backward to every parameter.
        title: Three inputs, two classes
        description: Where a wrong answer's gradient goes.
        network:
          input: 3                                   # features
          seed: 1                                    # for weights that are not written out
          layers:
            - dense: {units: 4, name: hidden}        # weight and bias may be written: weight: [[…], …], bias: […]
            - relu                                   # sigmoid tanh leaky-relu elu selu swish gelu mish softplus softsign
            - dense: {units: 2, name: output}
        data:
          inputs: [[0.5, -1.0, 2.0]]                 # one row per sample
          targets: [1]                               # cross-entropy takes class numbers from 0
        loss: cross-entropy                          # or half-squared-error, mean-squared-error, binary-cross-entropy
        optimizer: {kind: sgd, learning-rate: 0.1}   # the trace then ends with one update

        """)

    private static let recurrent = Starter(
        "recurrent", "an LSTM over a short sequence",
        """
        # A recurrent layer is unrolled: each time step has its gates, its cell and its state.
        title: Two LSTM units over four steps
        description: Which time steps the gradient of the last state reaches.
        network:
          input: {time: 4, features: 2}
          seed: 3
          layers:
            - lstm: {units: 2, name: cell, forget-bias: 1}   # or rnn, gru; returns: sequence gives all states
            - dense: {units: 1, name: output}
        data:
          inputs: [[[1, 0], [0, 1], [-1, 0], [0, 0]]]        # [batch, time, features]
          targets: [[1]]
        loss: half-squared-error
        figures:                                             # what is drawn: graph, network, cell
          - cell: {step: 2}
        # Keys of a cell:

        """ + LessonForms.cell.keys.map { comment($0) }.joined())

    private static let recording = Starter(
        "recording", "a training run that an engine recorded",
        """
        # A recording is what an engine wrote of a training run: a head, then a line for each step.
        # backstep python > backstep.py prints a module whose Recorder writes it from PyTorch.
        title: A small run
        description: Whether anything is wrong with a run.
        recording:                 # or a file in the lesson's folder: recording: run.jsonl
          name: run                # several are compared: recording: [plain.jsonl, clipped.jsonl]
          lines: |
            {"format": "backstep.recording", "version": 1, "model": "two layers", "layers": [{"name": "hidden", "kind": "Linear"}, {"name": "relu", "kind": "ReLU"}, {"name": "output", "kind": "Linear"}]}
            {"step": 0, "loss": 0.69, "layers": {"hidden": {"gradient": {"norm": 0.04}, "weight": {"norm": 2.5, "update": 0.004}}, "relu": {"activation": {"zeros": 0.5}, "gradient": {"norm": 0.056}}, "output": {"gradient": {"norm": 0.12}, "weight": {"norm": 1.2, "update": 0.003}}}}
            {"step": 10, "loss": 0.41, "layers": {"hidden": {"gradient": {"norm": 0.05}, "weight": {"norm": 2.5, "update": 0.002}}, "relu": {"activation": {"zeros": 0.52}, "gradient": {"norm": 0.07}}, "output": {"gradient": {"norm": 0.15}, "weight": {"norm": 1.2, "update": 0.0015}}}}
            {"step": 20, "loss": 0.24, "layers": {"hidden": {"gradient": {"norm": 0.03}, "weight": {"norm": 2.5, "update": 0.0013}}, "relu": {"activation": {"zeros": 0.54}, "gradient": {"norm": 0.042}}, "output": {"gradient": {"norm": 0.09}, "weight": {"norm": 1.2, "update": 0.001}}}}
        figures: [page]            # decay, heat, updates, units, loss, page
        # steps: [0, 20]           # those that decay and units show
        # layers: [hidden]         # those whose names begin so

        """)

    private static let convolution = Starter(
        "convolution", "a convolution of a small image",
        """
        # A convolution uses one weight at many positions; its gradient is the sum over all of them.
        title: One kernel on a 4 × 4 image
        description: Every position at which a weight is used contributes to its gradient.
        network:
          input: [1, 4, 4]                                   # channels, height, width
          layers:
            - conv2d: {channels: 1, kernel: 2, stride: 2, name: kernel, weight: [[[[1, 0], [0, -1]]]], bias: [0]}   # bias: false for none
            - relu
            - flatten
            - dense: {units: 1, name: output, weight: [[0.5, -0.5, 0.25, 1]], bias: [0]}
        data:
          inputs: [[[[1, 0, 2, 1], [0, 1, 0, 1], [3, 1, 1, 0], [0, 2, 1, -1]]]]
          targets: [[1]]
        loss: half-squared-error

        """)
    private static let attention = Starter(
        "attention", "one head over three tokens",
        """
        # Attention mixes the values of all tokens, with weights from queries and keys. A token gets its gradient in three ways.
        title: One head over three tokens
        description: What comes back to a token as a query, as a key and as a value.
        network:
          input: {time: 3, features: 2}                      # time counts tokens
          seed: 1                                            # for the weights that are not written out
          layers:
            - attention:
                name: attention
                heads: 1
                causal: true                                 # no token sees a later one; false without a mask
                query-weight: [[1, 0], [0, 1]]               # so may key-weight, value-weight and output-weight
            # - dense: {units: 2, name: output}              # acts on each token
        data:
          inputs: [[[1, 0], [0, 1], [1, 1]]]                 # [batch, token, feature]
          targets: [[[0, 1], [1, 0], [1, 2]]]
        loss: half-squared-error
        figures:
          - layer: attention                                 # scores and weights as grids, and the three sums back

        """)

    private static let worksheet = Starter(
        "worksheet", "a small network to be worked on paper",
        """
        # A worksheet asks for the numbers of a lesson. This one has few units and short numbers, so that it can be worked by hand.
        #   backstep worksheet lesson.yaml -o sheets --variants 30 --seed 7 --quiz moodle
        # writes a sheet and a key for each of 30 students, and a quiz; variant 1 has the numbers below, the others their own.
        #   --level hard                 gives only values; easy prints each product in symbols
        #   --hide values,gradients,results    asks also for the forward pass and for the weights after the update
        #   backstep diagnose sheets/variant-02.yaml --answer w5=0.0822      which mistake gives this number
        title: Two inputs, two hidden sigmoids, one output   # the heading of the sheet
        network:
          input: 2
          layers:
            - dense: {units: 2, name: hidden, weight: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2]}   # a row for each unit
            - sigmoid                                        # relu makes it easier, tanh is as hard
            - dense: {units: 1, name: output, weight: [[0.6, -0.7]], bias: [0.2]}
        data:
          inputs: [[1, 0.5]]                                 # another row asks for gradients that are sums over samples
          targets: [[1]]
        loss: half-squared-error
        optimizer: {kind: sgd, learning-rate: 0.5}           # --hide results asks for what this step makes
        # frozen: [bias]                                     # parameters that the step leaves alone

        """)
}
