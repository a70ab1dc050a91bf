import CCairo
import Drawing

/// Asks fontconfig for files. It answers every question with some font, so what it gives is checked against what was asked.
enum FontSearch {
    /// The file of the first of `families` that is installed.
    static func file(ofAny families: [String], weight: Font.Weight, italic: Bool) -> FontFile? {
        for family in families {
            if let found = match(family: family, weight: weight, italic: italic, scalar: nil), found.family == family {
                return found
            }
        }
        return nil
    }

    /// What fontconfig holds for the nearest, whatever its name.
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

        var outline: FcBool = 0
        guard FcPatternGetBool(found, FC_OUTLINE, 0, &outline) == FcResultMatch, outline != 0 else { return nil }
        var color: FcBool = 0
        if FcPatternGetBool(found, FC_COLOR, 0, &color) == FcResultMatch, color != 0 { return nil }
        if let scalar {
            var characters: OpaquePointer?
            guard FcPatternGetCharSet(found, FC_CHARSET, 0, &characters) == FcResultMatch,
                FcCharSetHasChar(characters, scalar.value) != 0
            else { return nil }
        }
        guard let path = string(found, FC_FILE, 0) else { return nil }
        var index: Int32 = 0
        FcPatternGetInteger(found, FC_INDEX, 0, &index)
        var slant = FC_SLANT_ROMAN
        FcPatternGetInteger(found, FC_SLANT, 0, &slant)
        // A face may go by several names: "Inter" and "Inter Semi Bold".
        var names: [String] = []
        while names.count < 16, let name = string(found, FC_FAMILY, Int32(names.count)) { names.append(name) }
        return FontFile(
            path: path, index: Int(index), family: names.contains(family) ? family : names.first ?? path,
            italic: slant != FC_SLANT_ROMAN)
    }

    private static func string(_ pattern: OpaquePointer, _ key: String, _ index: Int32) -> String? {
        var value: UnsafeMutablePointer<FcChar8>?
        guard FcPatternGetString(pattern, key, index, &value) == FcResultMatch, let value else { return nil }
        return String(cString: value)
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
