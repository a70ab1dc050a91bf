import NumberFiles

/// The lessons that are compiled into the program, so that an installed `backstep` needs no other files.
package enum BundledLessons {
    package struct Entry: Sendable {
        /// The file's name without its extension: `04-two-by-two`.
        package let name: String
        package let bytes: [UInt8]
    }

    /// All bundled lessons in the order of the course. The folder Examples has a link to each file in `examples`. The links' names begin
    /// with a letter, since the build makes identifiers from file names and drops a leading digit. A test compares the links and this list
    /// with the folder `examples`.
    package static let all = [
        Entry(name: "01-chain-rule", bytes: PackageResources.lesson_01_chain_rule_yaml),
        Entry(name: "02-fork", bytes: PackageResources.lesson_02_fork_yaml),
        Entry(name: "03-sigmoid-neuron", bytes: PackageResources.lesson_03_sigmoid_neuron_yaml),
        Entry(name: "04-two-by-two", bytes: PackageResources.lesson_04_two_by_two_yaml),
        Entry(name: "05-two-by-two-relu", bytes: PackageResources.lesson_05_two_by_two_relu_yaml),
        Entry(name: "06-transpose", bytes: PackageResources.lesson_06_transpose_yaml),
        Entry(name: "07-softmax-cross-entropy", bytes: PackageResources.lesson_07_softmax_cross_entropy_yaml),
        Entry(name: "08-training-loop", bytes: PackageResources.lesson_08_training_loop_yaml),
        Entry(name: "09-residual-block", bytes: PackageResources.lesson_09_residual_block_yaml),
        Entry(name: "10-batch-normalization", bytes: PackageResources.lesson_10_batch_normalization_yaml),
        Entry(name: "11-convolution", bytes: PackageResources.lesson_11_convolution_yaml),
        Entry(name: "12-sum-over-time", bytes: PackageResources.lesson_12_sum_over_time_yaml),
        Entry(name: "13-lstm-cell", bytes: PackageResources.lesson_13_lstm_cell_yaml),
        Entry(name: "14-attention", bytes: PackageResources.lesson_14_attention_yaml),
        Entry(name: "15-transformer-block", bytes: PackageResources.lesson_15_transformer_block_yaml),
        Entry(name: "16-gradient-decay", bytes: PackageResources.lesson_16_gradient_decay_yaml),
        Entry(name: "17-chain-of-units", bytes: PackageResources.lesson_17_chain_of_units_yaml),
        Entry(name: "18-early-layers", bytes: PackageResources.lesson_18_early_layers_yaml),
        Entry(name: "19-activations", bytes: PackageResources.lesson_19_activations_yaml),
        Entry(name: "20-swish-gate", bytes: PackageResources.lesson_20_swish_gate_yaml),
        Entry(name: "21-initialization", bytes: PackageResources.lesson_21_initialization_yaml),
        Entry(name: "22-signal-spread", bytes: PackageResources.lesson_22_signal_spread_yaml),
        Entry(name: "23-signal-spread-tanh", bytes: PackageResources.lesson_23_signal_spread_tanh_yaml),
        Entry(name: "24-through-time", bytes: PackageResources.lesson_24_through_time_yaml),
        Entry(name: "25-lstm-and-gru", bytes: PackageResources.lesson_25_lstm_and_gru_yaml),
        Entry(name: "26-gru-cell", bytes: PackageResources.lesson_26_gru_cell_yaml),
        Entry(name: "27-clipping", bytes: PackageResources.lesson_27_clipping_yaml),
        Entry(name: "28-clipping-in-training", bytes: PackageResources.lesson_28_clipping_in_training_yaml),
        Entry(name: "29-skip-connections", bytes: PackageResources.lesson_29_skip_connections_yaml),
        Entry(name: "30-shattered-gradients", bytes: PackageResources.lesson_30_shattered_gradients_yaml),
        Entry(name: "31-path-lengths", bytes: PackageResources.lesson_31_path_lengths_yaml),
        Entry(name: "32-normalization", bytes: PackageResources.lesson_32_normalization_yaml),
        Entry(name: "33-batch-norm-initialization", bytes: PackageResources.lesson_33_batch_norm_initialization_yaml),
        Entry(name: "34-batch-norm-tolerance", bytes: PackageResources.lesson_34_batch_norm_tolerance_yaml),
        Entry(name: "35-small-batches", bytes: PackageResources.lesson_35_small_batches_yaml),
        Entry(name: "36-normalization-axes", bytes: PackageResources.lesson_36_normalization_axes_yaml),
        Entry(name: "37-covariate-shift", bytes: PackageResources.lesson_37_covariate_shift_yaml),
        Entry(name: "38-spectral-normalization", bytes: PackageResources.lesson_38_spectral_normalization_yaml),
        Entry(name: "39-overfitting", bytes: PackageResources.lesson_39_overfitting_yaml),
        Entry(name: "40-penalty-surface", bytes: PackageResources.lesson_40_penalty_surface_yaml),
        Entry(name: "41-dropout", bytes: PackageResources.lesson_41_dropout_yaml),
        Entry(name: "42-momentum", bytes: PackageResources.lesson_42_momentum_yaml),
        Entry(name: "43-adam", bytes: PackageResources.lesson_43_adam_yaml),
        Entry(name: "44-optimizers", bytes: PackageResources.lesson_44_optimizers_yaml),
        Entry(name: "45-saddle-points", bytes: PackageResources.lesson_45_saddle_points_yaml),
        Entry(name: "46-training", bytes: PackageResources.lesson_46_training_yaml),
        Entry(name: "47-mistake-activation-derivative", bytes: PackageResources.lesson_47_mistake_activation_derivative_yaml),
        Entry(name: "48-mistake-derivative-at-output", bytes: PackageResources.lesson_48_mistake_derivative_at_output_yaml),
        Entry(name: "49-mistake-fork", bytes: PackageResources.lesson_49_mistake_fork_yaml),
        Entry(name: "50-mistake-skip", bytes: PackageResources.lesson_50_mistake_skip_yaml),
        Entry(name: "51-mistake-transpose", bytes: PackageResources.lesson_51_mistake_transpose_yaml),
        Entry(name: "52-mistake-statistics", bytes: PackageResources.lesson_52_mistake_statistics_yaml),
        Entry(name: "53-mistake-softmax", bytes: PackageResources.lesson_53_mistake_softmax_yaml),
        Entry(name: "54-mistake-sum", bytes: PackageResources.lesson_54_mistake_sum_yaml),
        Entry(name: "55-mistake-two", bytes: PackageResources.lesson_55_mistake_two_yaml),
        Entry(name: "56-mistake-dropout", bytes: PackageResources.lesson_56_mistake_dropout_yaml),
        Entry(name: "57-mistake-sign", bytes: PackageResources.lesson_57_mistake_sign_yaml),
        Entry(name: "58-mistake-early-update", bytes: PackageResources.lesson_58_mistake_early_update_yaml),
        Entry(name: "59-mistake-zero-grad", bytes: PackageResources.lesson_59_mistake_zero_grad_yaml),
        Entry(name: "60-deep-sigmoid", bytes: PackageResources.lesson_60_deep_sigmoid_yaml),
        Entry(name: "61-resnet-start", bytes: PackageResources.lesson_61_resnet_start_yaml),
        Entry(name: "62-warm-up", bytes: PackageResources.lesson_62_warm_up_yaml),
    ]

    /// The recordings of the bundled lessons, by the name that they have there, packed by `gzip -9n`: an array in a program takes long to compile. A test
    /// compares them with the files in `examples`.
    private static let recordings = [
        "recordings/deep-sigmoid.jsonl": PackageResources.deep_sigmoid_jsonl_gz,
        "recordings/resnet-start.jsonl": PackageResources.resnet_start_jsonl_gz,
        "recordings/transformer-no-warmup.jsonl": PackageResources.transformer_no_warmup_jsonl_gz,
        "recordings/transformer-warmup.jsonl": PackageResources.transformer_warmup_jsonl_gz,
    ]

    static let recordingNames = recordings.keys.sorted()

    /// A recording of a bundled lesson.
    static func recording(named name: String) -> FilePieces? { recordings[name].map { FilePieces($0).unpacked() } }

    /// The lesson with this name, which may omit the number or add the extension.
    package static func entry(named name: String) -> Entry? {
        let stem = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
        return all.first { $0.name == stem || $0.name.drop { $0.isNumber || $0 == "-" } == stem }
    }
}
