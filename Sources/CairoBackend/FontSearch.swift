import CCairo
import Drawing

/// Finds font files with fontconfig.
enum FontSearch {
    /// The file of the first installed family with the nearest weight; upright if the family has no italic.
    ///
    /// This searches fontconfig's list of fonts, because its own matching always returns some font and takes a hundred times as long.
    static func file(ofAny families: [String], weight: Font.Weight, italic: Bool) -> FontFile? {
        // The first call loads the configuration.
        guard let list = FcConfigGetFonts(FcConfigGetCurrent(), FcSetSystem) else { return nil }
        for family in families {
            var best: (pattern: OpaquePointer, distance: Int32)?
            for index in 0..<Int(list.pointee.nfont) {
                guard let pattern = list.pointee.fonts[index], names(pattern).contains(family), isUsable(pattern) else { continue }
                // A variable font is listed as a range and as instances; only an instance has a definite weight.
                var variable: FcBool = 0
                if FcPatternGetBool(pattern, FC_VARIABLE, 0, &variable) == FcResultMatch, variable != 0 { continue }
                let isItalic = integer(pattern, FC_SLANT, FC_SLANT_ROMAN) != FC_SLANT_ROMAN
                let distance =
                    abs(integer(pattern, FC_WEIGHT, FC_WEIGHT_REGULAR) - weight.fontconfig)
                    + 10 * abs(integer(pattern, FC_WIDTH, FC_WIDTH_NORMAL) - FC_WIDTH_NORMAL) + (isItalic == italic ? 0 : 10_000)
                // An italic font is no substitute for an upright one.
                if isItalic, !italic { continue }
                if best.map({ distance < $0.distance }) ?? true { best = (pattern, distance) }
            }
            if let best, let file = FontFile(best.pattern, asked: family) { return file }
        }
        return nil
    }

    /// The font that fontconfig considers nearest, whatever its family.
    static func nearest(to family: String, weight: Font.Weight, italic: Bool) -> FontFile? {
        match(family: family, weight: weight, italic: italic, scalar: nil)
    }

    /// Any outline font that has the character.
    static func file(covering scalar: Unicode.Scalar) -> FontFile? {
        match(family: "sans-serif", weight: .regular, italic: false, scalar: scalar)
    }

    private static func match(family: String, weight: Font.Weight, italic: Bool, scalar: Unicode.Scalar?) -> FontFile? {
        guard let pattern = FcPatternCreate() else { return nil }
        defer { FcPatternDestroy(pattern) }
        FcPatternAddString(pattern, FC_FAMILY, family)
        FcPatternAddInteger(pattern, FC_WEIGHT, weight.fontconfig)
        FcPatternAddInteger(pattern, FC_SLANT, italic ? FC_SLANT_ITALIC : FC_SLANT_ROMAN)
        FcPatternAddBool(pattern, FC_OUTLINE, 1)
        FcPatternAddBool(pattern, FC_COLOR, 0)
        FcPatternAddBool(pattern, FC_VARIABLE, 0)
        if let scalar, let characters = FcCharSetCreate() {
            FcCharSetAddChar(characters, scalar.value)
            FcPatternAddCharSet(pattern, FC_CHARSET, characters)
            FcCharSetDestroy(characters)
        }
        FcConfigSubstitute(nil, pattern, FcMatchPattern)
        FcDefaultSubstitute(pattern)
        var result = FcResultNoMatch
        guard let found = FcFontMatch(nil, pattern, &result) else { return nil }
        defer { FcPatternDestroy(found) }
        guard isUsable(found) else { return nil }
        if let scalar {
            var characters: OpaquePointer?
            guard FcPatternGetCharSet(found, FC_CHARSET, 0, &characters) == FcResultMatch,
                FcCharSetHasChar(characters, scalar.value) != 0
            else { return nil }
        }
        return FontFile(found, asked: family)
    }

    /// Whether it is an outline font of one colour.
    private static func isUsable(_ pattern: OpaquePointer) -> Bool {
        var outline: FcBool = 0
        guard FcPatternGetBool(pattern, FC_OUTLINE, 0, &outline) == FcResultMatch, outline != 0 else { return false }
        var color: FcBool = 0
        return FcPatternGetBool(pattern, FC_COLOR, 0, &color) != FcResultMatch || color == 0
    }

    fileprivate static func integer(_ pattern: OpaquePointer, _ key: String, _ otherwise: Int32) -> Int32 {
        var number: Int32 = 0
        return FcPatternGetInteger(pattern, key, 0, &number) == FcResultMatch ? number : otherwise
    }

    fileprivate static func string(_ pattern: OpaquePointer, _ key: String, _ index: Int32) -> String? {
        var value: UnsafeMutablePointer<FcChar8>?
        guard FcPatternGetString(pattern, key, index, &value) == FcResultMatch, let value else { return nil }
        return String(cString: value)
    }

    /// The family names of a face, of which there may be several: "Inter" and "Inter Semi Bold".
    fileprivate static func names(_ pattern: OpaquePointer) -> [String] {
        var names: [String] = []
        while names.count < 16, let name = string(pattern, FC_FAMILY, Int32(names.count)) { names.append(name) }
        return names
    }
}

extension FontFile {
    fileprivate convenience init?(_ pattern: OpaquePointer, asked family: String) {
        guard let path = FontSearch.string(pattern, FC_FILE, 0) else { return nil }
        let names = FontSearch.names(pattern)
        self.init(
            path: path, index: Int(FontSearch.integer(pattern, FC_INDEX, 0)),
            family: names.contains(family) ? family : names.first ?? path,
            italic: FontSearch.integer(pattern, FC_SLANT, FC_SLANT_ROMAN) != FC_SLANT_ROMAN)
    }
}

extension Font.Weight {
    fileprivate var fontconfig: Int32 {
        switch self {
        case .regular: FC_WEIGHT_REGULAR
        case .medium: FC_WEIGHT_MEDIUM
        case .semibold: FC_WEIGHT_DEMIBOLD
        case .bold: FC_WEIGHT_BOLD
        }
    }
}
