extension Mutator.Kind {
    /// What a reader of the kind looks for.
    var words: [String] {
        switch self {
        case .lesson: Self.yaml + Self.lessonWords
        case .expression: Self.expressionWords
        case .figure: Self.figureWords
        case .page: Self.pageWords
        case .files: Self.fileWords
        case .recording: Self.recordingWords
        }
    }

    private static let yaml = [
        "[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "&a ", "*a", "!t ", "|", ">", "'", "\"", "#", "? ", ",", "<<", "%", "@", "\t",
        "---\n", "...\n",
        "\\x", "é", "\u{2028}", "\u{202E}", "\u{FEFF}", "\0", "~", "1",
    ]

    private static let lessonWords = [
        "network", "expression", "experiment", "recording", "run.jsonl", "lines", "decay", "heat", "updates", "at", "kind", "input", "seed",
        "layers", "data", "inputs", "targets", "loss", "optimizer",
        "frozen",
        "regularization", "clip", "dense", "conv2d", "flatten", "sigmoid", "relu", "softmax", "swish", "batch-norm", "layer-norm",
        "group-norm", "rms-norm", "max-pool", "avg-pool", "global-avg-pool", "dropout", "mask", "rate", "embedding", "tokens",
        "position-embedding", "attention", "heads", "size", "causal", "scale", "output", "query-weight", "reset", "before", "initial-state",
        "initial-cell", "selu", "softsign",
        "instance-norm", "residual", "rnn", "lstm", "gru", "units", "weight", "bias", "spectral-norm", "true", "false", "projection",
        "returns",
        "sequence", "last", "initializer", "orthogonal", "normal", "uniform", "constant", "cross-entropy", "binary-cross-entropy",
        "half-squared-error", "adam", "learning-rate", "momentum", "variants", "name", "activation", "depth", "width", "batch", "seeds",
        "time",
        "features", "gradient-decay", "signal-spread", "round-trip", "initial-deviations", "update-bias", "gradient-through-time",
        "path-lengths", "shattered-gradients", "activations",
        "singular-values",
        "normalization-axes",
        "chain-rule", "trajectory", "clipping", "training", "covariate-shift", "fit", "steps", "panel", "normalization", "recurrent-radius",
        "f = x", "headline", "headline: false", "{value ", "{gradient hidden[0,0]}", "{value f}", "hinge", "huber", "output-sum",
        "reduction",
        "mean-over-samples", "of", "probabilities", "delta", "margin", "adamw", "state", "velocity", "squares", "step", "constants",
        "figures", "graph", "cell", "layer", "norm", "after", "weights", "file", "names", "rows", "a.csv", "a.npz", "a.safetensors",
    ]

    private static let expressionWords = [
        "x", "y", "f", "(", ")", "+", "-", "*", "/", "^", ",", "=", " ", "max(", "min(", "exp(", "ln(", "sqrt(", "sin(", "tan(", "sigmoid(",
        "relu(",
        "swish(", "1", "2.5e", "0", ".", "1e308", "1e-320", "σ", "²", "_", "−", "t1", "\n", "log(", "log10(", "abs(", "gelu(",
    ]

    private static let figureWords = [
        "iTXt", "IEND", "\u{89}PNG\r\n\u{1A}\n", "\0", "\0\0\0\0", "Backstep lesson\0", "Backstep digest\0", "Backstep settings\0", "%PDF-",
        "startxref",
        "%backstep-lesson ", "%backstep-digest ", "%backstep-settings ", "\n", "<backstep:lesson ", "</backstep:lesson>",
        "digest=\"0123456789abcdef\"",
        "settings=\"", " encoding=\"base64\"", "/>", ">", "&#65;", "&#x1F600;", "&#xD800;", "&amp;", "=", "AAAA",
    ]

    private static let fileWords = [
        "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "\0", "\0\0\0\0", "\0\0\0\u{1}", "hidden.weight", ".npy", "NUMPY\u{1}\0",
        "'descr': '<f8'", "'<i8'", "True",
        "'shape': (2, 3), ", "(9223372036854775807, 2)", "{", "}", "[", "]", "\"", ":", ",", "\n", "\r\n", "\"w\": [", "1e400", "-0.5",
        "NaN", "\\u",
        "\\ud83d", "\"dtype\": \"F16\"", "\"BF16\"", "\"shape\": [", "\"data_offsets\": [0, 8]", "18446744073709551615", "x1", "SECRET",
    ]

    private static let recordingWords = [
        "{", "}", "[", "]", "\"", ":", ", ", "\n", "\r\n", "\\u", "\\ud83d", "\\", "null", "NaN", "\"nan\"", "\"inf\"", "\"-inf\"", "1e400",
        "1e-400", "-1", "0.", "01", "18446744073709551616", "\"format\": \"backstep.recording\"", "\"version\": 1", "\"layers\": ",
        "{\"name\": \"conv1\", \"kind\": \"ReLU\"}", "\"step\": ", "\"loss\": ", "\"conv1\": {", "\"activation\": {", "\"gradient\": {",
        "\"weight\": {", "\"norm\": ", "\"zeros\": ", "\"rms\": ", "\"update\": ",
        "\"histogram\": {\"low\": -12, \"high\": 4, \"counts\": [0]}",
        "SECRET",
    ]

    private static let pageWords = [
        "```", "~~~~", "backstep", "{.backstep #fig}", "\n", "\r\n", "\r", " ", "    ", "\t", "- ", "1. ", "> ", "<!--", "-->", "![", "](",
        ")", "`", "``",
        "a.backstep.yaml", "\\", "---\n", "{#", "}", "é", "e\u{301}", "[x]: ", "<pre>", "</pre>", "<script", "width=50%", "caption=\"",
        "file: a.yaml",
        "expression: f = x\nat: {x: 1}\n", "\u{FEFF}", "\u{2028}", "{\"nbformat\": 4, \"cells\": [",
        "{\"cell_type\": \"markdown\", \"source\": [\"",
        "\\n\",\n", "\"]}", "\\u00e9", ", ", "NaN",
    ]
}
